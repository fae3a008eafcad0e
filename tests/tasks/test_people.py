"""What follows for one person: granted once however many ask, and one notice for each change."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from tests.account.world import World
from tests.installed import Installed

from leerrekening import jobs
from leerrekening.account.overview import overview
from leerrekening.jobs.work import Work
from leerrekening.lawtext.keeper import the_keeper
from leerrekening.tasks import people

ON = "2025-11-20"
LINES = "select count(*), count(distinct (credit, reason)) from led.transfer where party = %s"
NOTICES = "select count(*) from registry.notice where kind = 'right_changed' and party = %s"


@pytest.fixture
def world(installed: Installed) -> World:
    return World(installed, the_keeper().held())


@pytest.fixture
def work(installed: Installed) -> Work:
    return Work(installed.access, installed.dsn, lambda: date.fromisoformat(ON))


def test_what_several_views_asked_for_is_granted_once(world: World, work: Work) -> None:
    party = world.person()
    with ThreadPoolExecutor(3) as several:
        list(several.map(lambda _n: people.bring_in_line(work, party), range(3)))
    lines, different = world.installed.all(LINES, party)[0]
    assert lines == different > 0
    assert world.installed.all(NOTICES, party) == [(0,)], "a newcomer sees it on the page"
    world.check()


def test_the_worker_brings_an_account_in_line(world: World, work_off: Callable[[], None]) -> None:
    party = world.person()
    for _ in range(2):
        with world.installed.access.transaction("citizen", party=party) as connection:
            jobs.defer(connection, "bring_in_line", key=f"party-{party}", party=party)
    work_off()
    assert world.installed.all(
        "select task_name, status::text from jobs.procrastinate_jobs where args ->> 'party' = %s::text", party
    ) == [("bring_in_line", "succeeded")]
    assert world.balances(party)


def test_one_notice_for_each_change_also_when_they_look_alike(world: World, work: Work) -> None:
    party = world.person()
    world.settle(party, ON)
    for times, share in enumerate((0.8, 0.7, 0.8), start=1):
        world.job(party, share=share)
        for _ in range(2):
            people.redecide(work, party, "changed_fact")
        assert world.installed.all(NOTICES, party) == [(times,)]


def test_what_goes_back_to_what_it_was_is_in_line_again(world: World, work: Work) -> None:
    """On one day: the third reading is the same as the first, and the ledger rests on it."""
    party = world.person()
    held = the_keeper().held()
    dues = []
    for share in (1, 0.8, 1):
        world.job(party, share=share)
        for _before_and_after in range(2):
            with world.installed.access.transaction("citizen", party=party) as connection:
                dues.append(overview(connection, held, party, work.today()).due)
            people.bring_in_line(work, party)
    assert dues == ["first_sight", None, "changed_fact", None, "changed_fact", None]
    world.check()


def test_what_cannot_be_read_is_left_to_the_page(world: World, work: Work) -> None:
    party = world.person(job={"from": "2012-09-03", "to": "2011-01-01", "kind": "employee"})
    people.bring_in_line(work, party)
    assert world.installed.all(LINES, party) == [(0, 0)]
