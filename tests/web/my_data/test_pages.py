"""Corrections, messages, contacts, copies and consent, as the person meets them."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.installed import Installed
from tests.web.visitors import SUBSTANTIAL, OpenAs, SignIn

from leerrekening.jobs.queue import run_worker
from leerrekening.jobs.work import Work
from leerrekening.registry import facts, notices
from leerrekening.tasks import TASKS
from leerrekening.web.today import today

CORRECT = "/nl/mijn-rekening/klopt-niet?gegeven=person.highest_diploma"
AS_WEAK = {"level": SUBSTANTIAL, "signed_in_ago": timedelta(hours=1)}
PAGES = ("gegevens", "verbeteringen", "berichten", "bereikbaar", "mijn-gegevens")


def certify_diploma(accounts: Installed, party: int) -> None:
    """The register says: secundair."""
    with accounts.access.transaction("batch", party=party) as connection:
        facts.certify(connection, party, "learning_credentials", "person.highest_diploma", "secundair")


def ask(client: Any) -> str:
    """Ask for a correction of the diploma; the case number."""
    answer = client.post(CORRECT, {"gegeven": "person.highest_diploma", "said": "Ik heb een bachelor."})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"].rpartition("/")[2])


def test_j1_5_this_is_wrong_names_the_owner_and_gives_a_case_number(
    accounts: Installed, sign_in: SignIn, open_as: OpenAs, site: str, axe: Callable[[Page], list[str]]
) -> None:
    client = sign_in("citizen")
    certify_diploma(accounts, client.visitor.party)
    page = open_as(client, audited=True, viewport={"width": 390, "height": 800})
    page.goto(site + CORRECT)
    assert "de LED" in page.inner_text("main")
    assert page.title().startswith("Klopt dit niet?")
    page.get_by_role("button", name="Vraag om dit te verbeteren").click()
    assert page.title().startswith("Kijk na:")
    assert axe(page) == []
    page.get_by_label("Wat klopt er niet?").fill("Ik heb een bachelor sinds 2019.")
    page.get_by_role("button", name="Vraag om dit te verbeteren").click()
    text = page.inner_text("main")
    assert re.search(r"K-\d{4}-\d{6}-\d{2}", text)
    assert "Ik heb een bachelor sinds 2019." in text
    assert "Ontvangen" in text
    assert axe(page) == []


def test_what_a_person_said_is_corrected_at_once(accounts: Installed, sign_in: SignIn) -> None:
    client = sign_in("citizen")
    party = client.visitor.party
    with accounts.access.transaction("citizen", party=party) as connection:
        facts.declare(connection, party, "person.highest_diploma", "secundair")
    page = client.get(CORRECT).content.decode()
    assert "Geen register zegt dit" in page
    client.post(CORRECT, {"gegeven": "person.highest_diploma", "person.highest_diploma": "hacker"})
    answer = client.post(CORRECT, {"gegeven": "person.highest_diploma", "person.highest_diploma": "bachelor"})
    assert answer.status_code == 302
    with accounts.access.transaction("citizen", party=party) as connection:
        history = facts.history(connection, party)
    assert [each.value for each in history if each.superseded_by is None] == ["bachelor"]
    assert "hacker" not in [each.value for each in history]
    assert accounts.all("select count(*) from registry.correction where party = %s", party) == [(0,)]


def test_a_job_that_only_the_person_told_of_can_be_called_wrong(accounts: Installed, sign_in: SignIn) -> None:
    client = sign_in("citizen")
    party = client.visitor.party
    job = {"from": "2020-01-06", "to": None, "kind": "employee", "sector": "private"}
    with accounts.access.transaction("citizen", party=party) as connection:
        facts.declare(connection, party, "jobs", job, item="mine/1")
    answer = client.post(
        "/nl/mijn-rekening/klopt-niet?gegeven=jobs", {"gegeven": "jobs", "said": "Het begon in 2019."}
    )
    assert answer.status_code == 302
    assert accounts.all("select path, item from registry.correction where party = %s", party) == [
        ("jobs", "mine/1")
    ]


@pytest.mark.parametrize("path", ["as_of", "course.start", "nonsense", "person.highest_diploma' or 1=1"])
def test_nothing_else_can_be_corrected(sign_in: SignIn, path: str) -> None:
    assert sign_in("citizen").get("/nl/mijn-rekening/klopt-niet", {"gegeven": path}).status_code == 404


def test_another_persons_case_does_not_exist(accounts: Installed, sign_in: SignIn) -> None:
    anna, boris = sign_in("citizen"), sign_in("citizen")
    certify_diploma(accounts, anna.visitor.party)
    number = ask(anna)
    own = anna.get(f"/nl/mijn-rekening/verbeteringen/{number}")
    assert own.status_code == 200
    assert ">Verordening (EU) 2016/679 (AVG), artikel 12, lid 3" in own.content.decode()
    other = boris.get(f"/nl/mijn-rekening/verbeteringen/{number}")
    made_up = "K-2020-000001-99"
    never = boris.get(f"/nl/mijn-rekening/verbeteringen/{made_up}")
    assert other.status_code == never.status_code == 404
    assert other.content.replace(number.encode(), b"") == never.content.replace(made_up.encode(), b"")
    assert boris.post(f"/nl/mijn-rekening/verbeteringen/{number}/terug").status_code == 404
    assert "Ik heb een bachelor" not in boris.get("/nl/mijn-rekening/verbeteringen").content.decode()


def test_everything_known_has_its_source_and_a_way_to_say_it_is_wrong(
    accounts: Installed, sign_in: SignIn
) -> None:
    client = sign_in("citizen")
    party = client.visitor.party
    certify_diploma(accounts, party)
    with accounts.access.transaction("citizen", party=party) as connection:
        facts.declare(connection, party, "person.highest_diploma", "bachelor")
        facts.declare(connection, party, "jobs", {"from": "2020-01-01", "kind": "employee"}, item="own-1")
    page = client.get("/nl/mijn-rekening/gegevens").content.decode()
    for said in (
        "LED",
        "Tegenspraak",
        "klopt-niet?gegeven=person.highest_diploma",
        "klopt-niet?gegeven=jobs",
    ):
        assert said in page, said


def test_taking_it_back_twice_is_once(accounts: Installed, sign_in: SignIn) -> None:
    client = sign_in("citizen")
    certify_diploma(accounts, client.visitor.party)
    number = ask(client)
    for _ in range(2):
        assert client.post(f"/nl/mijn-rekening/verbeteringen/{number}/terug").status_code == 302
    page = client.get(f"/nl/mijn-rekening/verbeteringen/{number}").content.decode()
    assert page.count("Door u teruggenomen") == 2  # the state, and one step


def test_contacts_ask_a_strong_sign_in_and_keep_what_was_typed(accounts: Installed, sign_in: SignIn) -> None:
    weak = sign_in("citizen", **AS_WEAK)
    assert weak.get("/nl/mijn-rekening/bereikbaar").status_code == 200
    assert weak.post("/nl/mijn-rekening/bereikbaar", {"email": "anna@voorbeeld.example"}).status_code == 303
    assert accounts.all("select count(*) from registry.contact where party = %s", weak.visitor.party) == [
        (0,)
    ]
    client = sign_in("citizen")
    wrong = client.post("/nl/mijn-rekening/bereikbaar", {"email": "anna", "phone": "0470 12 34 56"})
    assert wrong.status_code == 422
    assert "0470 12 34 56" in wrong.content.decode()
    assert accounts.all("select count(*) from registry.contact where party = %s", client.visitor.party) == [
        (0,)
    ]
    form = {"email": "anna@voorbeeld.example", "event": "2d9c1c66-8b8a-4b83-9d39-6a4b2c7c8a11"}
    for _ in range(2):
        assert client.post("/nl/mijn-rekening/bereikbaar", form).status_code == 302
    assert accounts.all("select count(*) from registry.notice where party = %s", client.visitor.party) == [
        (1,)
    ]


def test_messages_are_new_once(accounts: Installed, sign_in: SignIn) -> None:
    client = sign_in("citizen")
    with accounts.access.transaction("batch") as connection:
        notices.tell(connection, client.visitor.party, "right_changed", event="1")
    assert "Uw rechten zijn gewijzigd" in (
        first := client.get("/nl/mijn-rekening/berichten").content.decode()
    )
    assert "nieuw" in first.split("<main")[1]
    assert ">nieuw<" not in client.get("/nl/mijn-rekening/berichten").content.decode()
    assert "Vos droits ont changé" in client.get("/fr/mijn-rekening/berichten").content.decode()


def test_the_copy_is_for_the_person_alone(accounts: Installed, sign_in: SignIn) -> None:
    anna, boris, weak = sign_in("citizen"), sign_in("citizen"), sign_in("citizen", **AS_WEAK)
    certify_diploma(accounts, anna.visitor.party)
    assert weak.post("/nl/mijn-rekening/mijn-gegevens/kopie").status_code == 303
    assert anna.post("/nl/mijn-rekening/mijn-gegevens/kopie").status_code == 302
    assert "wij maken het nu" in anna.get("/nl/mijn-rekening/mijn-gegevens").content.decode()
    once = {name: task for name, task in TASKS.items() if task.every is None}
    worker = Thread(
        target=run_worker, args=(Work(accounts.access, accounts.dsn, today), once), kwargs={"once": True}
    )
    worker.start()  # in a thread of its own: the browser of the tests has a loop in this one
    worker.join()
    page = anna.get("/nl/mijn-rekening/mijn-gegevens").content.decode()
    found = re.search(r"/nl/mijn-rekening/mijn-gegevens/kopie/[0-9a-f-]{36}", page)
    assert found
    answer = anna.get(found[0])
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store")
    assert "secundair" in zipfile.ZipFile(io.BytesIO(answer.content)).read("data.json").decode()
    assert boris.get(found[0]).status_code == 404


def test_consent_is_given_and_withdrawn_as_easily(accounts: Installed, sign_in: SignIn) -> None:
    client = sign_in("citizen")
    for answer, shown in (("yes", "Ja: u gaf toestemming."), ("no", "Nee: u gaf geen toestemming.")):
        client.post("/nl/mijn-rekening/mijn-gegevens/toestemming", {"purpose": "research", "answer": answer})
        assert shown in client.get("/nl/mijn-rekening/mijn-gegevens").content.decode()
    assert client.post("/nl/mijn-rekening/mijn-gegevens/toestemming", {"purpose": "sale"}).status_code == 302
    given = accounts.all(
        "select given from registry.consent where party = %s order by consent", client.visitor.party
    )
    assert given == [(True,), (False,)]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["nl", "fr"])
def test_the_pages_looked_at(
    accounts: Installed,
    sign_in: SignIn,
    open_as: OpenAs,
    site: str,
    axe: Callable[[Page], list[str]],
    screenshot: Callable[[Page, str], Path],
    language: str,
    width: int,
) -> None:
    """axe finds nothing, nothing is wider than the screen; the pictures are for a person to look at."""
    client = sign_in("citizen")
    certify_diploma(accounts, client.visitor.party)
    number = ask(client)
    page = open_as(client, audited=True, viewport={"width": width, "height": 800})
    for name in (*PAGES, f"verbeteringen/{number}", "klopt-niet?gegeven=person.highest_diploma"):
        page.goto(f"{site}/{language}/mijn-rekening/{name}")
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        if language in ("nl", "fr"):
            title = "geval" if "K-" in name else re.sub(r"\W.*", "", name.replace("-", "_"))
            screenshot(page, f"mijn-{title}-{language}-{width}")
