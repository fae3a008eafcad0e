"""The pages of the quick scan without a browser: what they carry, refuse, save, compare and never show."""

import copy
import json
import re
from io import BytesIO
from typing import Any

import html5lib
import pytest
from django.test import Client
from tests.web.conftest import LANGUAGES
from tests.web.scan.forms import CLEANER, document_of, hidden
from tests.web.test_pages import FRENCH_SPACE, UNTYPOGRAPHIC

DOCUMENT = json.dumps(CLEANER)
STEPS = ("vragen", "resultaat", "afdruk", "wat-als", "tussenstand", "bewaren")


def upload(client: Client, content: bytes) -> Any:
    """Load a file."""
    file = BytesIO(content)
    file.name = "answers.json"
    return client.post("/nl/wat-heb-ik/laden", {"file": file})


def with_course(**course: Any) -> str:
    """The cleaner with a course."""
    return json.dumps({**CLEANER, "course": course})


def test_first_page_asks_for_the_day_and_the_course(client: Client) -> None:
    page = client.get("/nl/wat-heb-ik").content.decode()
    assert 'name="as_of-day"' in page
    assert 'name="course.given"' in page
    assert "Uw tussenstand" not in page


@pytest.mark.parametrize("step", [*STEPS, "laden", "wissen"])
def test_opened_without_answers_it_leads_to_the_first_page(client: Client, step: str) -> None:
    answer = client.get(f"/fr/wat-heb-ik/{step}")
    assert answer.status_code == 302
    assert answer["Location"] == "/fr/wat-heb-ik"


def test_unknown_step(client: Client) -> None:
    assert client.post("/nl/wat-heb-ik/iets").status_code == 404


@pytest.mark.parametrize("step", STEPS)
def test_no_cookie_and_no_answer_in_the_address(client: Client, step: str) -> None:
    answer = client.post(f"/nl/wat-heb-ik/{step}", {"document": DOCUMENT, "turn": "2"})
    assert answer.status_code == 200
    assert not answer.cookies
    if step != "bewaren":
        page = answer.content.decode()
        assert "?" not in "".join(part.split('"')[0] for part in page.split('action="')[1:])


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "document",
    ["", "{", "[]", '{"as_of": 1}', '{"as_of":"2025-11-20","jobs":[{"zz":1}]}', "x" * 2000, "[" * 5000],
)
def test_answers_that_were_tampered_with(client: Client, step: str, document: str) -> None:
    answer = client.post(
        f"/nl/wat-heb-ik/{step}", {"document": document, "turn": "x", "left_open": "a b", "trail": "x"}
    )
    assert answer.status_code == (200 if document == "" else 422)


GO = [
    "next",
    "back",
    "stay",
    "topic:work",
    "topic:nowhere",
    "add:jobs",
    "add:jobs[0].fraction",
    "add:person.residence",
]
GO += [
    "add:jobs[9].fraction",
    "add:jobs[x].fraction",
    "add:person",
    "add:as_of",
    "add:",
    "add:]",
    "add:[0]",
    "add:jobs[0]",
]
GO += [
    "remove:jobs[0]",
    "remove:jobs[7]",
    "remove:jobs[-1]",
    "remove:jobs",
    "remove:x[0]",
    "\u0000",
    "add:person.residence[0].region",
]


@pytest.mark.parametrize("go", GO)
def test_no_button_value_breaks_a_page(client: Client, go: str) -> None:
    for here in ("work", "question", "", "elsewhere"):
        answer = client.post("/nl/wat-heb-ik/vragen", {"document": DOCUMENT, "go": go, "here": here})
        assert answer.status_code == 200, here


def test_too_large(client: Client) -> None:
    assert upload(client, b" " * 1_000_001).status_code == 413
    assert client.post("/nl/wat-heb-ik/resultaat", {"document": " " * 1_000_001}).status_code == 413


def test_saved_answers_come_back_as_they_were(client: Client) -> None:
    saved = client.post("/nl/wat-heb-ik/bewaren", {"document": DOCUMENT})
    assert saved["Content-Type"] == "application/json"
    assert saved["Content-Disposition"] == 'attachment; filename="leerrekening-2025-11-20.json"'
    assert json.loads(saved.content) == CLEANER
    loaded = upload(client, saved.content)
    assert loaded.status_code == 200
    assert "Uw antwoorden zijn geladen" in loaded.content.decode()
    assert document_of(loaded) == CLEANER


def test_answers_on_the_page_are_saved_with_the_rest(client: Client) -> None:
    typed = {"document": DOCUMENT, "here": "person", "person.highest_diploma": "bachelor"}
    saved = json.loads(client.post("/nl/wat-heb-ik/bewaren", typed).content)
    assert saved["person"]["highest_diploma"] == "bachelor"


def test_bad_files_say_where_in_words(client: Client) -> None:
    bad = {**CLEANER, "as_of": "2026-02-30", "zz": 1}
    bad["jobs"] = [{"kind": "x", "from": "2020-01-02", "to": "2020-01-01"}, {"fraction": [{"value": 2}]}]
    bad["person"] = {"children_on_benefit": -1, "lives_alone": "no", "birth_date": 5}
    answer = upload(client, json.dumps(bad).encode())
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        *("$.as_of", "$.zz", "$.jobs[0].kind", "$.jobs[1].fraction[0].value", "nummer 1", "nummer 2, 1"),
        *("employee", "een getal van 0 tot 1", "een getal vanaf 0", "true, false", "op of na de eerste dag"),
    ):
        assert words in page, words


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{}", b"[]", b'{"as_of":"2026-01-01","as_of":"2026-01-02"}', b"[" * 9999]
)
def test_files_that_hold_no_answers(client: Client, content: bytes) -> None:
    assert upload(client, content).status_code == 422


def test_no_file_chosen(client: Client) -> None:
    answer = client.post("/nl/wat-heb-ik/laden", {"turn": "0"})
    assert answer.status_code == 422
    assert "U koos nog geen bestand." in answer.content.decode()


def test_wiping_tells_the_browser_to_forget(client: Client) -> None:
    answer = client.post("/nl/wat-heb-ik/wissen", {"document": DOCUMENT})
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer["Cache-Control"] == "no-store"
    assert "1992" not in answer.content.decode()


HOSTILE = "\"><script>alert(1)</script>'{{7*7}}"


@pytest.mark.parametrize("step", ["vragen", "resultaat", "afdruk", "wat-als", "tussenstand"])
def test_what_people_type_is_never_markup(client: Client, step: str) -> None:
    typed = {
        "document": with_course(id=HOSTILE),
        "go": "topic:course",
        "fact": "course.id",
        "then_fact": "course.id",
    }
    page = client.post(f"/nl/wat-heb-ik/{step}", {**typed, "then.course.id": HOSTILE}).content.decode()
    assert "<script>alert" not in page


def test_a_hostile_file_is_shown_as_text(client: Client) -> None:
    bad = {"as_of": "2026-01-01", "<script>alert(1)</script>": "<script>alert(2)</script>"}
    answer = upload(client, json.dumps(bad).encode())
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()


def test_mistakes_keep_what_was_typed(client: Client) -> None:
    typed = {
        "document": DOCUMENT,
        "here": "work",
        "go": "next",
        "jobs[0].fraction[0].value": "0,8",
        "jobs[0].from-day": "31",
    }
    typed |= {"jobs[0].from-month": "2", "jobs[0].from-year": "2021", "trail": "question work"}
    answer = client.post("/nl/wat-heb-ik/vragen", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Vul procenten in.") == 2
    assert page.count("Deze datum bestaat niet.") == 2
    assert 'value="0,8"' in page
    assert 'value="31"' in page
    assert "<title>Kijk na:" in page
    assert document_of(answer) == CLEANER


def test_an_item_with_mistakes_can_be_removed(client: Client) -> None:
    typed = {"document": DOCUMENT, "here": "work", "go": "remove:jobs[0]", "jobs[0].from-day": "31"}
    answer = client.post("/nl/wat-heb-ik/vragen", typed)
    assert answer.status_code == 200
    assert "jobs" not in document_of(answer)


def test_back_goes_through_the_pages_visited(client: Client) -> None:
    at = client.post(
        "/nl/wat-heb-ik/vragen", {"document": DOCUMENT, "go": "topic:work", "trail": "question person"}
    )
    assert hidden(at)["trail"] == "question person work"
    typed = {**hidden(at), "go": "back", "jobs[0].weekly_hours": "31"}
    back = client.post("/nl/wat-heb-ik/vragen", typed)
    assert hidden(back)["here"] == "person"
    assert document_of(back)["jobs"][0]["weekly_hours"] == 31
    first = client.post("/nl/wat-heb-ik/vragen", {**hidden(back), "go": "back"})
    assert hidden(first)["here"] == "question"
    assert "Toon het resultaat" in first.content.decode()


def test_what_if_compares_and_keeps_nothing(client: Client) -> None:
    typed = {"document": DOCUMENT, "fact": "as_of", "then_fact": "as_of", "go": "compare"}
    typed |= {"then.as_of-day": "1", "then.as_of-month": "1", "then.as_of-year": "2023"}
    answer = client.post("/nl/wat-heb-ik/wat-als", typed)
    page = answer.content.decode()
    assert "Nu en dan" in page
    assert "Onbekend → Beschikbaar" in page
    assert document_of(answer) == CLEANER
    kept = client.post("/nl/wat-heb-ik/wat-als", {**typed, "go": "keep"})
    assert document_of(kept) == {**CLEANER, "as_of": "2023-01-01"}


def test_what_if_another_share_starts_on_the_day_of_the_question(client: Client) -> None:
    typed = {"document": DOCUMENT, "fact": "jobs[0].fraction", "then_fact": "jobs[0].fraction", "go": "keep"}
    kept = client.post("/nl/wat-heb-ik/wat-als", {**typed, "then.jobs[0].fraction": "50"})
    assert document_of(kept)["jobs"][0]["fraction"] == [
        {"from": "2021-09-01", "to": "2025-11-19", "value": 0.8},
        {"from": "2025-11-20", "to": None, "value": 0.5},
    ]


@pytest.mark.parametrize(
    "typed",
    [
        {"fact": "nothing"},
        {"fact": "jobs[7].kind"},
        {"fact": "as_of", "then_fact": "jobs[0].kind", "then.jobs[0].kind": "employee"},
    ],
)
def test_what_if_about_nothing_asks_again(client: Client, typed: dict[str, str]) -> None:
    answer = client.post("/nl/wat-heb-ik/wat-als", {"document": DOCUMENT, "go": "keep", **typed})
    assert answer.status_code == 200
    assert document_of(answer) == CLEANER


def test_what_if_with_a_mistake(client: Client) -> None:
    typed = {
        "document": DOCUMENT,
        "fact": "as_of",
        "then_fact": "as_of",
        "go": "compare",
        "then.as_of-day": "1",
    }
    answer = client.post("/nl/wat-heb-ik/wat-als", typed)
    assert answer.status_code == 422
    early = {"then.jobs[0].to-day": "1", "then.jobs[0].to-month": "1", "then.jobs[0].to-year": "2020"}
    typed = {"document": DOCUMENT, "fact": "jobs[0].to", "then_fact": "jobs[0].to", "go": "compare", **early}
    answer = client.post("/nl/wat-heb-ik/wat-als", typed)
    assert answer.status_code == 422
    assert "Dit past niet bij uw andere antwoorden." in answer.content.decode()


def test_nothing_looks_available_when_nothing_is_known(client: Client) -> None:
    for step in ("resultaat", "tussenstand", "afdruk"):
        page = client.post(
            f"/nl/wat-heb-ik/{step}", {"document": '{"as_of":"2023-11-20"}', "turn": "1"}
        ).content.decode()
        main = page.split("<main")[-1]
        assert "llr-right__amount" not in main
        assert "llr-state--available" not in main


def test_an_amount_stands_only_beside_available(client: Client) -> None:
    page = client.post("/nl/wat-heb-ik/resultaat", {"document": DOCUMENT}).content.decode()
    for right in page.split("<article")[1:]:
        head = right.split("<details")[0]
        assert ("llr-right__amount" in head) <= ("llr-state--available" in head)
    assert "100\u00a0uur" in page


def test_law_that_is_not_confirmed_is_told_apart(client: Client) -> None:
    page = client.post("/nl/wat-heb-ik/resultaat", {"document": DOCUMENT}).content.decode()
    vouchers = page.split('id="opleidingscheques-title"')[1].split("</article>")[0]
    assert "Onbekend" in vouchers.split("<details")[0]
    assert "De wet voor deze dag is niet bevestigd." in vouchers
    assert "Geen beslissing. Volgens de laatst bevestigde regels (tot en met" in vouchers


def test_deciding_condition_comes_first_with_its_margin(client: Client) -> None:
    person = copy.deepcopy(CLEANER)
    person["as_of"] = "2023-11-20"
    person["jobs"][0]["from"] = "2017-03-01"
    person["jobs"][0]["fraction"][0]["from"] = "2017-03-01"
    page = client.post("/nl/wat-heb-ik/resultaat", {"document": json.dumps(person)}).content.decode()
    guidance = page.split('id="loopbaancheques-title"')[1].split("</article>")[0]
    head, _details, opened = guidance.partition("<details")
    assert "Nog niet" in head
    assert "minstens 7" in head
    assert "u voldoet op" in head
    assert opened.index("Wat beslist") < opened.index("Alle voorwaarden")


def test_dead_end_of_an_unknown_decisive_day(client: Client) -> None:
    page = client.post("/nl/wat-heb-ik/resultaat", {"document": with_course(id="x")}).content.decode()
    leave = page.split('id="betaald_educatief_verlof-title"')[1].split("</article>")[0].split("<details")[0]
    assert "Onbekend" in leave
    assert "Wij weten nog niet welke dag telt." in leave


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_the_language_of_the_page_reads_its_numbers(client: Client, language: str) -> None:
    """A number typed on a Dutch page means the same when the next page is in another language."""
    typed = {"document": with_course(start="2025-12-01"), "here": "course", "language": "nl", "go": "stay"}
    answer = client.post(f"/{language}/wat-heb-ik/vragen", {**typed, "course.price_cents": "1.250"})
    assert document_of(answer)["course"]["price_cents"] == 125_000


def test_partial_results_forgive_what_is_being_typed(client: Client) -> None:
    typed = {
        "document": DOCUMENT,
        "here": "person",
        "person.birth_date-day": "31",
        "person.highest_diploma": "master",
    }
    answer = client.post("/nl/wat-heb-ik/tussenstand", typed)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<html" not in page
    assert 'hx-swap-oob="true"' in page


def test_pages_stay_small(client: Client) -> None:
    assert (
        len(
            client.post(
                "/nl/wat-heb-ik/resultaat", {"document": with_course(id="x", start="2025-12-01")}
            ).content
        )
        < 90_000
    )


# --- words -----------------------------------------------------------------------------------------------------

NOT_PROSE = {"a", "code", "select", "script"}  # titles of sources keep their own language


def prose(answer: Any) -> str:
    """What can be read on a page, without links, codes and what only a screen reader says."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(answer.content.decode())

    def said(element: Any) -> str:
        inside = "" if hidden_from_view(element) else (element.text or "") + "".join(map(said, element))
        return inside + (element.tail or "")

    def hidden_from_view(element: Any) -> bool:
        return element.tag in NOT_PROSE or "llr-visually-hidden" in element.attrib.get("class", "")

    return said(tree.find("body"))


@pytest.mark.parametrize("step", ["vragen", "resultaat", "afdruk", "wat-als", "tussenstand"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_typography(client: Client, language: str, step: str) -> None:
    for document in (DOCUMENT, with_course(start="2025-12-01"), '{"as_of": "2021-11-20"}'):
        text = prose(client.post(f"/{language}/wat-heb-ik/{step}", {"document": document, "turn": "2"}))
        for name, pattern in UNTYPOGRAPHIC.items():
            assert not pattern.search(text), name
        if language == "fr":
            assert not FRENCH_SPACE.search(text), "a space that does not break stands before ? ! : ;"


def shown_first(client: Client, step: str, document: str) -> str:
    """What stands above the first right."""
    page = client.post(f"/nl/wat-heb-ik/{step}", {"document": document}).content.decode()
    return str(page.partition("<h2")[0] if step == "tussenstand" else page.partition("<article")[0])


def test_an_object_comes_up_before_its_parts(client: Client) -> None:
    """Nobody is asked how much they work before a time credit that they may not want."""
    gate = "Wilt u een tijd stoppen met werken of minder werken om een opleiding te volgen?"
    part = "Hoeveel werkt u vóór het tijdskrediet begint?"
    for step in ("resultaat", "tussenstand"):
        above_the_rights = shown_first(client, step, DOCUMENT)
        assert gate in above_the_rights
        assert part not in above_the_rights
    wanted = json.dumps({**CLEANER, "interruption": {"kind": "full"}})
    assert part in shown_first(client, "resultaat", wanted)


def test_an_amount_that_is_known_is_not_said_to_be_open(client: Client) -> None:
    """Only the wage is missing: it changes what the employer may pay, not how many hours there are."""
    open_ = "Hoeveel precies, hangt af van een antwoord dat ontbreekt."
    page = client.post("/nl/wat-heb-ik/resultaat", {"document": DOCUMENT}).content.decode()
    assert "100\u00a0uur" in page
    assert open_ not in page
    course = {
        "start": "2025-12-01", "end": "2026-05-01", "provider_registered": True, "contact_teaching": True,
        "excluded_activity": "none", "leads_to": "none", "counted_in": "mentor", "initiative": "own",
        "odb": [{"from": "2019-09-01", "to": None}],
    }  # fmt: skip
    page = client.post("/nl/wat-heb-ik/resultaat", {"document": with_course(**course)}).content.decode()
    leave = page.split('id="vlaams_opleidingsverlof-title"')[1].split("</article>")[0]
    assert open_ in leave, "the size of the course is not known"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_of_the_law_is_shown_as_such(client: Client, language: str) -> None:
    course = {
        "id": "course-1", "start": "2025-12-01", "end": "2026-05-01", "provider_registered": True,
        "contact_teaching": True, "excluded_activity": "none", "leads_to": "none", "counted_in": "lesson_hours",
        "contact_minutes": 3000,
        "initiative": "own", "odb": [{"from": "2019-09-01", "to": None}], "price_cents": 30000, "teaches": [],
        "paid_by": "worker", "provider_kind": "cvo",
    }  # fmt: skip
    for as_of in ("2021-11-20", "2025-11-20", "2027-02-01"):
        document = json.dumps({**CLEANER, "as_of": as_of, "course": course})
        text = prose(client.post(f"/{language}/wat-heb-ik/resultaat", {"document": document}))
        assert not re.findall(r"[a-z]+_[a-z_]+", text)


def test_every_link_into_the_law_book_leads_somewhere(client: Client) -> None:
    page = client.post("/nl/wat-heb-ik/resultaat", {"document": DOCUMENT}).content.decode()
    links = set(re.findall(r'href="(/nl/wetboek/[^"#]+)', page))
    assert len(links) > 4
    assert [link for link in links if client.get(link).status_code != 200] == []
