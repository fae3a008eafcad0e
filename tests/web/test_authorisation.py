"""Who may do what: every address, method and kind of visitor is tried, and compared with authorisation.txt.

A new view fails here until its lines are in the table. Read them before adding them: the table is what is promised.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern
from tests.installed import Installed
from tests.web.conftest import patterns
from tests.web.objects import EXAMPLES, new_mandate
from tests.web.visitors import SUBSTANTIAL, SignIn, new_person, new_visitor

from leerrekening.web.middleware import HEADERS
from leerrekening.web.visitor import Visitor

TABLE = Path(__file__).parent / "authorisation.txt"
HEADER = """\
# Who may do what. Made by test_authorisation.py, which tries each of these for real; read by people.
#
#   open      the page is shown, or what was sent is looked at
#   sign in   first show who you are
#   step up   first show it again, in a strong way; what was sent is kept
#   no        403: not for this capacity
#   404       the same page as for a thing that does not exist
#   .         makes no difference here
#
# none: nobody signed in. citizen: on their own things. weak: the same, signed in at the lowest level, some time ago.
# stranger: another citizen, on the first one's things. A helper with a mandate for everything (helper), only to look
# (looker), that is over (expired), that was ended (ended), that another helper holds (other).
# Pages for everyone stand below: they know nobody and read no session.

"""
COLUMNS = (
    *("none", "citizen", "weak", "stranger", "helper", "looker", "expired", "ended", "other"),
    *("caseworker", "analyst", "auditor", "administrator", "mailroom"),
)
BELOW_A_MANDATE = ("looker", "expired", "ended", "other")
ARGUMENT = re.compile(r"<(?:[^:>]+:)?([^>]+)>")


class World:
    """One person whose account everybody tries to open, and everybody who tries."""

    def __init__(self, accounts: Installed, sign_in: SignIn) -> None:
        self.accounts, self.sign_in = accounts, sign_in
        self.clients: dict[str, Client] = {}
        # What was made for an address, until something is sent: that may end or change it.
        self.made: dict[tuple[str, str], str] = {}
        self.party = new_person(accounts, "Onzichtbare", "Rechthebbende")
        helpers = {name: new_visitor(accounts, "helper") for name in ("helper", *BELOW_A_MANDATE)}
        changes = {
            "looker": {"scopes": "array['look']"},
            "expired": {"begins_at": "now() - interval '2 days'", "ends_at": "now() - interval '1 day'"},
            "ended": {"ended_at": "now()", "ended_by": "'citizen'"},
        }
        self.helpers, self.changes = helpers, changes
        citizen = new_visitor(accounts, "citizen", party=self.party)
        self.visitors: dict[str, Visitor | None] = {
            "none": None,
            "citizen": citizen,
            "weak": replace(citizen, level=SUBSTANTIAL, auth_time=citizen.auth_time - timedelta(hours=1)),
            "stranger": new_visitor(accounts, "citizen"),
            **helpers,
            "caseworker": new_visitor(accounts, "caseworker"),
            "analyst": new_visitor(accounts, "analyst"),
            "auditor": new_visitor(accounts, "auditor"),
            "administrator": new_visitor(accounts, "administrator"),
            "mailroom": new_visitor(accounts, "mailroom"),
        }

    def mandate(self, name: str) -> str:
        """A new mandate of this helper, as each of them has it: what one request ends, the next one still has."""
        helper = self.helpers.get(name, self.helpers["helper"])
        return new_mandate(self.accounts, self.party, helper.actor, **self.changes.get(name, {}))

    def client(self, name: str) -> Client:
        """The browser of this visitor."""
        if name == "none":
            return Client(raise_request_exception=False)
        if name not in self.clients:
            self.clients[name] = self.sign_in(visitor=self.visitors[name])
            self.clients[name].raise_request_exception = False
        return self.clients[name]

    def address(self, route: str, name: str) -> str:
        """The address of a route, with this person's things in it."""

        def example(match: re.Match[str]) -> str:
            argument = match[1]
            whose = "helper" if name not in self.helpers or name == "other" else name
            if argument != "mandate" and argument not in EXAMPLES:
                pytest.fail(f"{route}: tests/web/objects.py needs an example of <{argument}>")
            if (argument, whose) not in self.made:
                self.made[argument, whose] = (
                    self.mandate(whose)
                    if argument == "mandate"
                    else str(EXAMPLES[argument].make(self.accounts, self.party))
                )
            return self.made[argument, whose]

        return "/" + ARGUMENT.sub(example, route)

    def send(self, name: str, method: str, address: str) -> Any:
        """What this visitor gets."""
        answer = self.client(name).generic(method, address, content_type="application/x-www-form-urlencoded")
        assert answer.headers["Cache-Control"] == "no-store", f"{method} {address}: a browser may keep it"
        protection = {name: answer.headers.get(name) for name in HEADERS}
        assert protection == HEADERS, f"{method} {address}: another site may frame or read it"
        if method != "GET":
            self.made.clear()
        return answer

    def outcome(self, route: str, method: str, name: str) -> str:
        """What happens when this visitor tries."""
        answer = self.send(name, method, self.address(route, name))
        if answer.status_code in (301, 302, 303, 401):
            where = answer.headers.get("Location", "")
            if where.startswith((settings.SIGN_IN_ISSUER, "/nl/aanmelden/verder")):
                return "sign in" if name == "none" else "step up"
        known = {403: "no", 404: "404"}
        assert answer.status_code < 500, f"{method} {route} as {name}: {answer.status_code}"
        return known.get(answer.status_code, "open")


def private_routes() -> Iterator[tuple[str, URLPattern]]:
    """Addresses that know who is there."""
    for route, each in patterns():
        if each.callback.audience.names != {"everyone"}:
            yield route, each


def matters(route: str, name: str) -> bool:
    """Whether this visitor differs from one with the same capacity here."""
    arguments = set(ARGUMENT.findall(route))
    if name in BELOW_A_MANDATE:
        return "mandate" in arguments
    if name == "stranger":
        return any(EXAMPLES[each].personal for each in arguments & set(EXAMPLES))
    return True


def rows(world: World) -> Iterator[str]:
    """The lines of the table."""
    width = 72  # fixed, so that a new page changes only its own line
    yield "".join([f"{'# address':{width}} {'method':6} ", *(f"{name:9} " for name in COLUMNS)]).rstrip()
    for route, each in sorted(private_routes(), key=lambda pair: pair[0]):
        if "visitor" in each.callback.audience.names:
            continue
        for method in methods(each):
            cells = [world.outcome(route, method, name) if matters(route, name) else "." for name in COLUMNS]
            yield (f"{'/' + route:{width}} {method:6} " + "".join(f"{cell:9} " for cell in cells)).rstrip()
    for audience, title in (("visitor", "For whoever it is, signed in or not"), ("everyone", "For everyone")):
        yield f"\n# {title}"
        for route, each in sorted(patterns(), key=lambda pair: pair[0]):
            if each.callback.audience.names == {audience} and not route.endswith("_gallery"):
                yield f"{'/' + route:{width}} {' '.join(methods(each))}"


def methods(pattern: URLPattern) -> list[str]:
    """The methods of a view, without the one that comes along."""
    return sorted(set(pattern.callback.audience.methods) - {"HEAD"})


@pytest.fixture
def world(accounts: Installed, sign_in: SignIn, service: Any) -> World:
    """One world for the whole table."""
    return World(accounts, sign_in)


def test_the_matrix_is_as_promised(world: World) -> None:
    found = HEADER + "\n".join(rows(world)) + "\n"
    promised = TABLE.read_text("utf-8") if TABLE.exists() else ""
    if found != promised:
        proposal = settings.DATA / TABLE.name
        proposal.write_text(found, "utf-8")
        change = "\n".join(
            difflib.unified_diff(promised.splitlines(), found.splitlines(), "promised", "found", "", "", 0)
        )
        pytest.fail(
            f"{change}\nIs this what is meant? Then: cp {proposal.relative_to(Path.cwd())} tests/web/"
        )


def test_nothing_tells_whether_a_thing_exists(world: World) -> None:
    """For whoever may not see it, a thing of somebody gives the very answer of a thing that never was."""
    tried = 0
    for route, each in private_routes():
        names = set(ARGUMENT.findall(route))
        if not any(name == "mandate" or EXAMPLES[name].personal for name in names):
            continue
        for method in methods(each):
            for visitor in ("stranger", "looker", "expired", "ended", "other", "caseworker"):
                address = world.address(route, visitor)
                real = world.send(visitor, method, address)
                if visitor != "stranger" and real.status_code not in (403, 404):
                    continue
                made_up = "/" + ARGUMENT.sub(
                    lambda match: (
                        str(uuid4())
                        if match[1] == "mandate" or EXAMPLES[match[1]].personal
                        else str(EXAMPLES[match[1]].make(world.accounts, world.party))
                    ),
                    route,
                )
                never = world.send(visitor, method, made_up)
                # The links to other languages repeat the address that was asked for.
                answers = [
                    (
                        page.status_code,
                        page.headers.get("Location", ""),
                        page.content.decode().replace(asked.removeprefix("/nl"), ""),
                    )
                    for page, asked in ((real, address), (never, made_up))
                ]
                assert answers[0] == answers[1], f"{method} {route} as {visitor}"
                assert "Rechthebbende" not in answers[0][2]
                assert str(world.party) not in answers[0][2]
                tried += 1
    assert tried > 0


def test_no_address_holds_a_number_of_a_person() -> None:
    wrong = [
        route
        for route, _ in patterns()
        if set(ARGUMENT.findall(route)) & {"party", "actor", "insz", "rrn", "person"}
    ]
    assert wrong == []


def test_forms_of_an_account_need_their_token(world: World) -> None:
    """Another site cannot send a form in somebody's name."""
    for route, each in private_routes():
        if "POST" in each.callback.audience.methods:
            strict = Client(enforce_csrf_checks=True)
            strict.cookies = world.client("citizen").cookies
            answer = strict.post(world.address(route, "citizen"), headers={"origin": "https://evil.example"})
            assert answer.status_code == 403, route
