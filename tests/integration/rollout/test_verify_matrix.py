"""Every fault that the lab can make, alone: it gets its own name, the devices are quoted, and others get nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue import CAUSES
from lab.faults import FAULTS
from tests.matrix.matrix import diagonal, known_faults, run_all, table
from tests.packet_filter import needs_packet_filter


def test_the_lab_makes_every_cause_of_the_catalogue() -> None:
    assert {name: FAULTS[name].step for name in FAULTS} == {name: cause.step for name, cause in CAUSES.items()}


@pytest.mark.once
@needs_packet_filter
def test_the_matrix_is_diagonal(tmp_path: Path) -> None:
    outcomes = run_all(known_faults(), tmp_path, looks=2)
    assert [outcome.fault for outcome in outcomes if outcome.problems] == [], "\n".join(table(outcomes))
    assert diagonal(outcomes), "\n".join(table(outcomes))
