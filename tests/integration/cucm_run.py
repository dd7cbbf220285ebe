"""Modules run one after the other in a process of their own, which a test may kill: `python cucm_run.py JOB`.

JOB is a file of JSON: a list of [module, arguments]. Standard output gets a line of JSON for each, its result. A busy
publisher is not waited for as long as a real one would be.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._cucm import axl, throttle
from ansible_collections.dialtone.voice.plugins.module_utils._results import Guard

MODULES = "ansible_collections.dialtone.voice.plugins.modules"


def main(job: str) -> None:
    """Run the job's modules; what one of them reports as failed doesn't stop the next."""
    throttle.FIRST_PAUSE = throttle.LONGEST_PAUSE = 0.02
    axl._LOOKS = (0.0, 0.05, 0.2)
    for name, arguments in json.loads(Path(job).read_text()):
        module = importlib.import_module(f"{MODULES}.{name}")
        secrets: set[str] = set()
        with Guard(secrets) as guard:
            params = validate(module.ARGUMENT_SPEC, arguments, secrets=secrets).params
            guard.result = module.run(params, check_mode=False, report=lambda line: None)
        print(json.dumps(guard.result), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
