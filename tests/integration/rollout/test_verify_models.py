"""The phones of Cisco's guides, in each protocol that they speak: they boot, register, and are verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.phone.models import MODELS
from tests.matrix.crowd import crowd
from tests.matrix.matrix import named_by
from tests.matrix.site import Site

KINDS = [{"model": name, "protocol": protocol} for name, model in MODELS.items() for protocol in model.protocols]


@pytest.mark.once
def test_every_model_is_registered_as_planned_and_nothing_is_found(tmp_path: Path) -> None:
    file, rows = crowd(tmp_path, (len(KINDS) + 1) // 2, KINDS)
    with Site("campus", tmp_path / "lab", file) as site:
        run = site.verify(voice_phones=rows)
    assert run.code == 0, run.output[-3000:]
    verified = {(row["model"], row["protocol"]) for row in rows}
    assert verified == {(kind["model"], kind["protocol"]) for kind in KINDS}
    assert {name: named_by(verdict) for name, verdict in run.verdicts.items() if named_by(verdict)} == {}
    assert len(run.verdicts) == len(rows)
    for name, verdict in run.verdicts.items():
        steps = {step["step"]: step["status"] for step in verdict["steps"]}
        assert verdict["registered_as_planned"], name
        assert set(steps.values()) <= {"success", "skipped"}, (name, steps)
