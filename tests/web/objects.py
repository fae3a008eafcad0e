"""What the addresses of the site name, for the authorisation matrix: an example for each argument.

A view with a new argument needs a line here. `personal`: the thing belongs to one person, so that everybody else
must get the same answer as for a thing that never was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from tests.installed import Installed
from tests.web.visitors import new_visitor

from leerrekening.registry import mandates


@dataclass(frozen=True)
class Example:
    """How to get one: from the database, for the person with this party."""

    make: Callable[[Installed, int], object]
    personal: bool = False


def new_case(accounts: Installed, party: int) -> str:
    """The number of a request to correct of this person, at an office of its own."""
    rows = accounts.all(
        "insert into registry.correction (number, party, path, said, source, handler, deadline)"
        " values (registry.case_number(2026, nextval('registry.case_sequence')), %s, 'jobs', 'x', 'employment',"
        " 'OVO999008', '2026-12-20') returning number",
        party,
    )
    return str(rows[0][0])


def new_copy(accounts: Installed, party: int) -> str:
    """A copy of all data that this person asked for."""
    rows = accounts.all(
        "insert into registry.download (party, made_at, content) values (%s, now(), 'x') returning download",
        party,
    )
    return str(rows[0][0])


def new_request(accounts: Installed, _party: int) -> str:
    """A mandate that some helper has asked for, and that any citizen who knows the address may accept."""
    number = uuid4()
    accounts.all(
        "insert into registry.mandate (mandate, helper, scopes, duration, given, code_hash)"
        " values (%s, %s, '{look}', 'day', 'signed_in', %s)",
        *(number, new_visitor(accounts, "helper").actor, mandates.hash_of(mandates.code_of(number))),
    )
    return str(number)


EXAMPLES: dict[str, Example] = {
    "request_id": Example(new_request),
    "mandate_id": Example(
        lambda accounts, party: new_mandate(accounts, party, new_visitor(accounts, "helper").actor),
        personal=True,
    ),
    "instrument": Example(lambda _accounts, _party: "vlaams_opleidingsverlof"),
    "number": Example(new_case, personal=True),
    "key": Example(new_copy, personal=True),
    "helper_alarm": Example(lambda _accounts, _party: 1),
    "batch": Example(lambda _accounts, _party: 1),
    "job": Example(lambda _accounts, _party: 1),
    "alarm": Example(lambda _accounts, _party: "00000000-0000-4000-8000-000000000001"),
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
