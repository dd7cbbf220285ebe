"""What every test has: the collection at its name, nothing of ansible outside of the checkout, and time enough.

`make` sets the same variables. Here they are for a bare `pytest`, before pytest-ansible reads them.
"""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis

# A busy machine is no failure: no example has a time limit of its own.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")

ROOT = Path(__file__).resolve().parent.parent
COLLECTIONS = ROOT / ".collections"
HOME = ROOT / ".cache" / "ansible"

_link = COLLECTIONS / "ansible_collections" / "dialtone" / "voice"
if not _link.exists():
    _link.parent.mkdir(parents=True, exist_ok=True)
    _link.symlink_to(Path("../../.."))

os.environ.setdefault("ANSIBLE_COLLECTIONS_PATH", str(COLLECTIONS))
os.environ.setdefault("ANSIBLE_CONFIG", str(ROOT / "ansible.cfg"))
os.environ.setdefault("ANSIBLE_HOME", str(HOME))
os.environ.setdefault("ANSIBLE_LOCAL_TEMP", str(HOME / "tmp"))
os.environ.setdefault("ANSIBLE_REMOTE_TMP", str(HOME / "tmp"))
