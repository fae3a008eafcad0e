"""The day of the site."""

from datetime import UTC, date, datetime

import pytest

from leerrekening.web.today import VARIABLE, today


def test_a_day_that_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "2026-11-20")
    assert today() == date(2026, 11, 20)
    monkeypatch.setenv(VARIABLE, "tomorrow")
    with pytest.raises(ValueError, match="tomorrow"):
        today()


def test_else_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert abs((today() - datetime.now(UTC).date()).days) <= 1
