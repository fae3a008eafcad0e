"""Consent, where it is the ground: asked in plain words, given and withdrawn as easily, each answer kept."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import psycopg
import yaml

Connection = psycopg.Connection[tuple[Any, ...]]
PURPOSES: Final = ("helper_reads_notices", "research")


@cache
def texts() -> dict[str, Any]:
    """What is asked, by purpose and language, with the version of the words."""
    return dict(
        yaml.safe_load((Path(__file__).parent / "texts" / "consent.yaml").read_text(encoding="utf-8"))
    )


def given(connection: Connection, party: int) -> dict[str, bool]:
    """The present answer for each purpose. Never asked is no."""
    rows = connection.execute(
        "select distinct on (purpose) purpose, given from registry.consent where party = %s"
        " order by purpose, consent desc",
        [party],
    ).fetchall()
    answers = {str(purpose): bool(answer) for purpose, answer in rows}
    return {purpose: answers.get(purpose, False) for purpose in PURPOSES}


def answer(connection: Connection, party: int, purpose: str, *, yes: bool) -> None:
    """Give or withdraw consent. The same answer again adds nothing. Errors: KeyError for an unknown purpose."""
    version = int(texts()[purpose]["version"])
    connection.execute("select registry.answer_consent(%s, %s, %s, %s)", [party, purpose, yes, version])
