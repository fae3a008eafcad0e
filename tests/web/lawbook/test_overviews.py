"""The law book as a whole: its overviews, its links, its worked examples, and what the browser may keep."""

import html
import re

import pytest
from django.test import Client
from django.urls import resolve
from django.utils.html import escape
from tests.web.conftest import LANGUAGES

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.rules.values import Unknown
from leerrekening.web.lawbook.edition import slug
from leerrekening.web.lawbook.wording import typeset

HELD = the_keeper().held()
LAW = HELD.law


def body(client: Client, address: str) -> str:
    """The page as text; it must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_index_has_every_instrument_in_its_block(client: Client, language: str) -> None:
    page = body(client, f"/{language}/wetboek")
    for owner in LAW.instruments.values():
        block = page[page.index(f'aria-labelledby="{owner.block}-title"') :]
        assert f'href="/{language}/wetboek/{slug(owner.id)}"' in block[: block.index("</section>")]
        assert escape(typeset(owner.summary[language], language)) in page
    assert LAW.version.removeprefix("sha256:") in page


def test_version_and_time_of_reading(client: Client) -> None:
    page = body(client, "/nl/wetboek/opleidingscheques")
    assert re.search(r"Wet gelezen op \d+\s\w+\s\d{4}, \d\d\.\d\d uur\.", page)
    assert LAW.version.removeprefix("sha256:") in page


@pytest.mark.parametrize("day", ["2026-11-20", "2020-03-01"])
def test_every_figure_past_its_last_confirmation_is_listed(client: Client, day: str) -> None:
    from leerrekening.rules import days

    page = html.unescape(body(client, f"/nl/wetboek/niet-bevestigd?on={day}"))
    ordinal = days.day_of(day)
    listed = 0
    for owner in LAW.instruments.values():
        for figure in owner.figures.values():
            if figure.at(ordinal) is not None and type(figure.read(ordinal)) is Unknown:
                assert f"#f-{figure.id}" in page, figure.id
                listed += 1
        for reference in owner.references.values():
            assert typeset(reference.matter["nl"], "nl") in page
            if reference.look_up is not None:
                assert typeset(reference.look_up["nl"], "nl") in page
    assert listed > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_on_combining_is_there(client: Client, language: str) -> None:
    page = html.unescape(body(client, f"/{language}/wetboek/samen-gebruiken"))
    for owner in LAW.instruments.values():
        for each in owner.cumulation:
            assert typeset(each.text[language], language) in page
    assert page.count('class="llr-cumul') > len(LAW.instruments) * (len(LAW.instruments) - 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_with_its_question(client: Client, language: str) -> None:
    page = html.unescape(body(client, f"/{language}/wetboek/gegevens"))
    for fact in LAW.facts.facts.values():
        assert f'id="g-{fact.path}"' in page
        assert typeset(fact.question[language], language) in page


def test_no_link_is_broken(client: Client) -> None:
    """Every page and place of the book that its pages lead to is there, and no example comes out otherwise."""
    waiting, pages, wanted = ["/nl/wetboek"], {}, []
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        page = body(client, address)
        pages[address] = set(re.findall(r'id="([^"]+)"', page))
        assert "@@" not in page
        assert "Niet alles wat het voorbeeld verwacht" not in page, address
        for link in re.findall(r'href="([^"]+)"', page):
            target, _, place = html.unescape(link).partition("#")
            target = target or address
            if place:
                wanted.append((address, target, place))
            if target.startswith("/nl/wetboek") and "/bestanden/" not in target:
                waiting.append(target)
            elif target.startswith(("/nl", "/api")) and resolve(target).func.audience.names == {"everyone"}:
                assert client.get(target).status_code == 200, target
    broken = [(at, target, place) for at, target, place in wanted if place not in pages.get(target, {place})]
    assert broken == []
    assert len(pages) >= len(LAW.instruments) + 5 + len(HELD.cases.cases)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_is_decided_now(client: Client, language: str) -> None:
    case = HELD.cases.of("opleidingscheques")[0]
    shown = f"/{language}/wetboek/opleidingscheques/voorbeelden/{case.id}"
    page = html.unescape(body(client, shown))
    assert typeset(case.text[language], language) in page
    assert '"as_of": "' in page
    assert page.count('class="llr-results__item"') > 5
    assert f'<form method="post" action="/{language}/wat-heb-ik/resultaat">' in page
    document = re.search(r'name="document" value="([^"]+)"', body(client, shown))[1]
    result = client.post(f"/{language}/wat-heb-ik/resultaat", {"document": html.unescape(document)})
    assert result.status_code == 200


def test_pages_are_kept_until_something_changes(client: Client) -> None:
    first = client.get("/nl/wetboek/opleidingscheques")
    again = client.get("/nl/wetboek/opleidingscheques", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for other in ("/fr/wetboek/opleidingscheques", "/nl/wetboek/opleidingscheques?on=2018-03-10"):
        answer = client.get(other, headers={"if-none-match": first["ETag"]})
        assert answer.status_code == 200
        assert answer["ETag"] != first["ETag"]
    assert not first.cookies


def test_pages_take_no_forms(client: Client) -> None:
    assert client.post("/nl/wetboek/opleidingscheques").status_code == 405
