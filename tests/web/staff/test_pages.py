"""Pages for staff: only what is theirs, every act with its reason, and a lock for who opens too much."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from playwright.sync_api import Page
from tests.installed import Installed
from tests.town import OFFICE
from tests.web.my_data.test_pages import ask, certify_diploma
from tests.web.visitors import SUBSTANTIAL, OpenAs, SignIn

from leerrekening import jobs
from leerrekening.registry import facts
from leerrekening.registry.letters import words
from leerrekening.web.staff.watching import act_in_words


@pytest.fixture
def case(accounts: Installed, sign_in: SignIn) -> Any:
    """A person with a case; `number` on it."""
    client = sign_in("citizen", name="Amina Voorbeeld")
    certify_diploma(accounts, client.visitor.party)
    client.number = ask(client)
    return client


def test_a_case_from_queue_to_answer(accounts: Installed, sign_in: SignIn, case: Any) -> None:
    office = sign_in("caseworker", organisation=OFFICE, name="Bart Goossens")
    queue = office.get("/nl/beheer/dossiers").content.decode()
    assert case.number in queue
    assert "Voorbeeld<" not in queue and "bachelor" not in queue
    page = office.get(f"/nl/beheer/dossiers/{case.number}").content.decode()
    assert "Amina Voorbeeld" in page and "Ik heb een bachelor." in page
    step = f"/nl/beheer/dossiers/{case.number}/stap"
    for wrong in ({}, {"to": "sent"}, {"to": "accepted", "why": "Ja."}):
        assert office.post(step, wrong).status_code == 422
    assert office.post(step, {"to": "answered", "why": "De LED kijkt het na."}).status_code == 302
    assert office.post(step, {"to": "answered", "why": "Nog eens."}).status_code == 422
    assert office.post(step, {"to": "accepted", "why": "Het diploma staat er nu."}).status_code == 302
    shown = case.get(f"/nl/mijn-rekening/verbeteringen/{case.number}").content.decode()
    assert "Aanvaard: u had gelijk" in shown and "Het diploma staat er nu." in shown
    assert accounts.all(
        "select what, why from registry.staff_act where about = %s order by act", case.number
    ) == [("case_answered", "De LED kijkt het na."), ("case_accepted", "Het diploma staat er nu.")]
    looked = accounts.all(
        "select distinct actor_name, detail ->> 'case' from registry.journal where party = %s and what = 'case_opened'",
        case.visitor.party,
    )
    assert looked == [("Bart Goossens", case.number)]


def used_wrongly(accounts: Installed, person: Any) -> str:
    """A case of somebody of whom a register tells a use of 250 euro; its number."""
    party = person.visitor.party
    use = {"instrument": "opleidingscheques", "on": "2024-02-01", "cents": 25000}
    with accounts.access.transaction("batch", party=party) as connection:
        facts.certify(connection, party, "rights_used", "used", use, item="u/1")
    said = {"gegeven": "used", "said": "Het was 25 euro."}
    return str(person.post("/nl/mijn-rekening/klopt-niet?gegeven=used", said)["Location"].rpartition("/")[2])


def test_a_caseworker_enters_what_the_owner_confirmed(accounts: Installed, sign_in: SignIn) -> None:
    person = sign_in("citizen", name="Amina Voorbeeld")
    number = used_wrongly(accounts, person)
    office = sign_in("caseworker", organisation=OFFICE, name="Bart Goossens")
    case = f"/nl/beheer/dossiers/{number}"
    assert office.get(f"{case}/gegeven").status_code == 404  # the owner has not answered
    office.post(f"{case}/stap", {"to": "answered", "why": "WSE bevestigt 25 euro."})
    assert f"{case}/gegeven" in office.get(case).content.decode()
    form = office.get(f"{case}/gegeven").content.decode()
    assert "Het was 25 euro." in form and 'value="250"' in form
    typed = {"klopt": "zo", "why": "WSE bevestigde 25 euro.", "used[0].cents": "25", "go": "keep"}
    for wrong in ({"klopt": ""}, {"why": " "}, {"used[0].cents": "vijf"}):
        answer = office.post(f"{case}/gegeven", typed | wrong)
        assert answer.status_code == 422 and "Kijk na:" in answer.content.decode()
    weak = sign_in("caseworker", organisation=OFFICE, level=SUBSTANTIAL, signed_in_ago=timedelta(hours=1))
    assert weak.post(f"{case}/gegeven", typed).status_code == 303
    elsewhere = sign_in("caseworker", organisation="OVO999009")
    assert elsewhere.post(f"{case}/gegeven", typed).status_code == 404
    assert office.post(f"{case}/gegeven", typed).status_code == 302
    assert office.post(f"{case}/gegeven", typed).status_code == 404
    page = person.get("/nl/mijn-rekening/gegevens").content.decode()
    assert (
        "verbeterd" in page and f"/verbeteringen/{number}" in page and "25 euro" in page.replace("\xa0", " ")
    )
    told = person.get(f"/nl/mijn-rekening/verbeteringen/{number}").content.decode()
    assert "Aanvaard: u had gelijk" in told and "WSE bevestigde 25 euro." in told
    looked = person.get("/nl/mijn-rekening/gekeken").content.decode()
    assert "verbeterde een gegeven: gebruikte rechten" in looked and number in looked
    assert ("case_accepted", "WSE bevestigde 25 euro.") in accounts.all(
        "select what, why from registry.staff_act where about = %s", number
    )


def test_staff_without_the_case_find_nothing(accounts: Installed, sign_in: SignIn, case: Any) -> None:
    elsewhere = sign_in("caseworker", organisation="OVO999009")
    real = elsewhere.get(f"/nl/beheer/dossiers/{case.number}")
    made_up = "K-2020-000001-99"
    never = elsewhere.get(f"/nl/beheer/dossiers/{made_up}")
    assert real.status_code == never.status_code == 404
    assert real.content.replace(case.number.encode(), b"") == never.content.replace(made_up.encode(), b"")
    assert case.number not in elsewhere.get("/nl/beheer/dossiers").content.decode()
    assert (
        elsewhere.post(f"/nl/beheer/dossiers/{case.number}/stap", {"to": "sent", "why": "x"}).status_code
        == 404
    )
    weak = sign_in("caseworker", organisation=OFFICE, level=SUBSTANTIAL, signed_in_ago=timedelta(hours=1))
    assert weak.post(f"/nl/beheer/dossiers/{case.number}/stap", {"to": "sent", "why": "x"}).status_code == 303
    for capacity in ("administrator", "auditor", "analyst", "helper", "citizen"):
        assert sign_in(capacity).get(f"/nl/beheer/dossiers/{case.number}").status_code == 403
    journal = accounts.all("select count(*) from registry.journal where party = %s", case.visitor.party)
    assert journal == [(0,)]


def test_j10_7_opening_too_many_files_locks_and_an_administrator_looks(
    accounts: Installed, sign_in: SignIn, case: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    curious = sign_in("caseworker", organisation=OFFICE, name="Nieuwsgierige Nel")
    (most,) = accounts.all("select cases_an_hour from registry.limits_now()")[0]
    for party in range(900_001, 900_001 + most):
        accounts.all(
            "insert into registry.journal (party, actor, actor_name, capacity, what)"
            " values (%s, %s, 'Nel', 'caseworker', 'case_opened')",
            *(party, curious.visitor.actor),
        )
    assert curious.get(f"/nl/beheer/dossiers/{case.number}").status_code == 200
    assert case.number not in curious.get("/nl/beheer/dossiers").content.decode()
    assert curious.get(f"/nl/beheer/dossiers/{case.number}").status_code in (403, 404)
    boss = sign_in("administrator", name="Inge De Backer")
    assert "Nieuwsgierige Nel" in boss.get("/nl/beheer/alarmen").content.decode()
    alarm = accounts.all("select alarm from registry.staff_alarm where actor = %s", curious.visitor.actor)[0][
        0
    ]
    assert boss.post(f"/nl/beheer/alarmen/{alarm}", {"do": "unlock"}).status_code == 422
    assert sign_in("auditor").post(
        f"/nl/beheer/alarmen/{alarm}", {"do": "unlock", "why": "x"}
    ).status_code in (403, 405)
    assert (
        boss.post(f"/nl/beheer/alarmen/{alarm}", {"do": "unlock", "why": "Een inhaaldag."}).status_code == 302
    )
    assert boss.post(f"/nl/beheer/alarmen/{alarm}", {"do": "unlock", "why": "Nog eens."}).status_code == 404
    assert accounts.all("select locked_at from registry.actor where actor = %s", curious.visitor.actor) == [
        (None,)
    ]
    acts = sign_in("auditor").get("/nl/beheer/handelingen").content.decode()
    assert "alarm_unlocked" in acts and "Een inhaaldag." in acts and "acts_read" in acts
    assert "handelde een alarm af en liet de persoon weer toe" in acts


def test_a_failed_job_is_shown_and_tried_again_with_a_reason(accounts: Installed, sign_in: SignIn) -> None:
    with accounts.access.transaction("batch") as connection:
        number = jobs.defer(connection, "deliver", party=1)
    accounts.all("update jobs.procrastinate_jobs set status = 'doing'")
    accounts.all("update jobs.procrastinate_jobs set status = 'failed'")
    boss = sign_in("administrator")
    assert f"{number}: deliver" in boss.get("/nl/beheer/taken").content.decode()
    assert boss.post(f"/nl/beheer/taken/{number}").status_code == 422
    assert boss.post(f"/nl/beheer/taken/{number}", {"why": "De mailserver werkt weer."}).status_code == 302
    assert boss.post(f"/nl/beheer/taken/{number}", {"why": "Nog eens."}).status_code == 404
    retried = "select count(*) from registry.staff_act where what = 'job_retried' and about = %s"
    assert accounts.all(retried, str(number)) == [(1,)]
    accounts.all("delete from jobs.procrastinate_jobs")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["nl", "fr"])
def test_the_pages_looked_at(
    sign_in: SignIn,
    open_as: OpenAs,
    site: str,
    case: Any,
    accounts: Installed,
    axe: Callable[[Page], list[str]],
    screenshot: Callable[[Page, str], Path],
    language: str,
    width: int,
) -> None:
    number = used_wrongly(accounts, case)
    office = sign_in("caseworker", organisation=OFFICE)
    office.post(f"/nl/beheer/dossiers/{number}/stap", {"to": "answered", "why": "25 euro."})
    pages = {
        "caseworker": ("", "/dossiers", f"/dossiers/{case.number}", f"/dossiers/{number}/gegeven"),
        "administrator": ("", "/taken", "/alarmen", "/rollen"),
        "auditor": ("", "/handelingen"),
    }
    for capacity, names in pages.items():
        page = open_as(
            sign_in(capacity, organisation=OFFICE), audited=True, viewport={"width": width, "height": 800}
        )
        for name in names:
            page.goto(f"{site}/{language}/beheer{name}")
            assert axe(page) == [], name
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
            short = (
                "gegeven" if "gegeven" in name else "dossier" if "K-" in name else name.strip("/") or "start"
            )
            screenshot(page, f"beheer-{capacity}-{short}-{language}-{width}")


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_act_has_words(language: str) -> None:
    """For who reads over many people no line of a journal says about what it was, and none is left half said."""
    with override(language):
        said = {what: str(act_in_words(what)) for what in (*words("journal")["what"], "something new")}
    assert {what: text for what, text in said.items() if "{" in text or text.endswith((":", " "))} == {}
    assert all(said.values())
