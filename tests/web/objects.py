"""What the addresses of the site name, for the authorisation matrix: an example for each argument.

A view with a new argument needs a line here. `personal`: the thing belongs to one person, so that everybody else
must get the same answer as for a thing that never was.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.installed import Installed


@dataclass(frozen=True)
class Example:
    """How to get one: from the database, for the person with this party."""

    make: Callable[[Installed, int], object]
    personal: bool = False


EXAMPLES: dict[str, Example] = {
    "instrument": Example(lambda _accounts, _party: "vlaams_opleidingsverlof"),
}


def new_mandate(accounts: Installed, party: int, helper: int, **changed: str) -> str:
    """A mandate that is alive, with every scope; `changed`: SQL for some of its columns."""
    columns = {
        "party": "%s",
        "helper": "%s",
        "scopes": "array['look', 'reserve', 'correct']",
        "duration": "'day'",
        "given": "'desk'",
        "begins_at": "now() - interval '1 hour'",
        "ends_at": "now() + interval '1 hour'",
        **changed,
    }
    names, values = ", ".join(columns), ", ".join(columns.values())
    rows = accounts.all(
        f"insert into registry.mandate ({names}) values ({values}) returning mandate", party, helper
    )
    return str(rows[0][0])
