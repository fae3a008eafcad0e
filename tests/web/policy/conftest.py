"""The pages for policy with invented counts, whatever the account of this machine has counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def no_counts(tmp_path: Path) -> Iterator[None]:
    """No counts of an account."""
    usual = settings.COUNTS
    settings.COUNTS = tmp_path / "counts.csv"
    yield
    settings.COUNTS = usual
