"""The guide of causes says what the catalogue says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import write_causes


def test_the_page_is_up_to_date() -> None:
    assert write_causes.PAGE.read_text(encoding="utf-8") == write_causes.rendered(), "run make causes"


def test_every_cause_says_all_that_is_to_be_said() -> None:
    causes = write_causes.CAUSES.values()
    assert {cause.step for cause in causes} == set(write_causes.STEPS)
    for cause in causes:
        for text in (cause.seen, cause.proven, cause.remedy):
            assert re.fullmatch(r"\S.*[.)]", text), (cause.name, text)
        assert set(cause.reasons) <= set(write_causes.STATUS_REASONS), cause.name
        assert cause.mendable in (None, "ports", "scopes", "phones", "reset"), cause.name


def test_a_page_out_of_date_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "causes.md"
    monkeypatch.setattr(write_causes, "PAGE", page)
    assert write_causes.main(["--check"]) == 1
    assert "causes.md is out of date" in capsys.readouterr().err
    assert write_causes.main([]) == 0
    assert write_causes.main(["--check"]) == 0
    page.write_text(page.read_text(encoding="utf-8").replace("no_link", "some_link"), encoding="utf-8")
    assert write_causes.main(["--check"]) == 1
