"""An account that is opened before its balances are made: the page opens, a worker grants, the next view is right."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from tests.account.world import World
from tests.web.account.conftest import TODAY
from tests.web.visitors import SignIn

from leerrekening.database.access import Access
from leerrekening.jobs.work import Work
from leerrekening.tasks import TASKS
from leerrekening.web import database

WAITING = (
    "select task_name, args from jobs.procrastinate_jobs"
    " where status = 'todo' and args ->> 'party' = %s::text order by id"
)
LINES = "select count(*) from led.transfer where party = %s"
OVERVIEW = "/nl/mijn-rekening"


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The kinds of user as which the site came to the database."""
    seen: set[str] = set()
    as_before = Access.transaction

    def noted(self: Access, kind: str, **named: int | None) -> object:
        if self is database.access():
            seen.add(kind)
        return as_before(self, kind, **named)

    monkeypatch.setattr(Access, "transaction", noted)
    return seen


def do_what_waits(world: World, party: int) -> None:
    """As the worker would."""
    work = Work(world.installed.access, world.installed.dsn, lambda: date.fromisoformat(TODAY))
    for name, arguments in world.installed.all(WAITING, party):
        TASKS[name].do(work, **arguments)
    world.installed.all("delete from jobs.procrastinate_jobs where args ->> 'party' = %s::text", party)


def test_a_newcomer_sees_the_right_before_the_balance(world: World, sign_in: SignIn, kinds: set[str]) -> None:
    party = world.person()
    citizen = sign_in("citizen", party=party)
    with ThreadPoolExecutor(3) as several:
        pages = [each.content.decode() for each in several.map(citizen.get, [OVERVIEW] * 3)]
    for page in pages:
        assert "Wij maken uw rekening klaar" in page
        assert re.search(r"U hebt dit recht: 125\s+uur\. Wij zetten het nu in uw rekening", page)
        assert "llr-right__amount" not in page
        assert "llr-balance" not in page
    assert kinds == {"citizen", "gate"}, "the site can grant nothing"
    assert world.installed.all(LINES, party) == [(0,)]
    assert world.installed.all(WAITING, party) == [("bring_in_line", {"party": party})]
    do_what_waits(world, party)
    page = citizen.get(OVERVIEW).content.decode()
    assert "Wij maken uw rekening klaar" not in page
    assert re.search(r"llr-right__amount\">125\s+uur", page)
    assert world.installed.all(WAITING, party) == []
    assert world.installed.all("select count(*) from registry.notice where party = %s", party) == [(0,)]


def test_a_changed_fact_is_told_on_the_page_and_decided_on_by_a_worker(world: World, sign_in: SignIn) -> None:
    party = world.person()
    world.settle(party, TODAY)
    world.job(party, share=0.8)
    citizen = sign_in("citizen", party=party)
    page = citizen.get(OVERVIEW).content.decode()
    assert "Wij weten iets nieuws over u" in page
    do_what_waits(world, party)
    page = citizen.get(OVERVIEW).content.decode()
    assert "Wij weten iets nieuws over u" not in page
    assert re.search(r"llr-right__amount\">100\s+uur", page)
    assert world.installed.all("select kind from registry.notice where party = %s", party) == [
        ("right_changed",)
    ]
