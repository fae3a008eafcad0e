"""Every instrument can be read, whole, in each language and on each day."""

import re
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from tests.web.conftest import LANGUAGES
from tests.web.test_pages import read, text_of

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.web.lawbook.edition import slug
from leerrekening.web.lawbook.wording import typeset

LAW = the_keeper().held().law
OWNERS = [*LAW.instruments.values(), *LAW.notions.values()]
PAGES = [f"/{language}/wetboek/{slug(owner.id)}" for language in LANGUAGES for owner in OWNERS]
UNTRANSLATED = re.compile(r"@@|\{\w+\.[\w.]+\}|<\w+ object|None\b")


def body(client: Client, address: str) -> str:
    """The page as text; it must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_page_is_sound(client: Client, address: str) -> None:
    tree = read(client, address)
    assert tree.attrib["lang"] == address.split("/")[1]
    assert len(tree.findall(".//h1")) == 1
    ids = Counter(each.attrib["id"] for each in tree.iter() if "id" in each.attrib)
    assert [name for name, number in ids.items() if number > 1] == []
    levels = [int(each.tag[1]) for each in tree.iter() if re.fullmatch("h[1-6]", str(each.tag))]
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    for each in tree.iter():
        assert "style" not in each.attrib
        if each.tag == "a" and "//" in each.attrib["href"]:
            assert each.attrib["rel"] == "external noreferrer"
    found = UNTRANSLATED.search(text_of(tree.find(".//main")))
    assert found is None, found


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_is_there(client: Client, owner, language: str) -> None:
    """Names, words, acts, each rule with each version, each figure with each value, note, event and doubt."""
    page = body(client, f"/{language}/wetboek/{slug(owner.id)}")

    def has(text: str) -> bool:
        return escape(typeset(text, language)) in page

    names = {code: typeset(owner.name[code], language) for code in LANGUAGES}
    assert all(escape(name) in page or escape(name[:1].upper() + name[1:]) in page for name in names.values())
    assert all(has(words[language]) for words in (owner.summary, *owner.words.values()))
    assert all(has(act.title[language]) for act in owner.acts.values())
    for rule in owner.rules.values():
        assert page.count(f'id="r-{rule.id}"') == 1
    for figure in owner.figures.values():
        assert page.count(f'id="f-{figure.id}"') == 1
        start = page.index(f'id="f-{figure.id}"')
        table = page[start : page.index("</table>", start)]
        assert table.count('<th scope="row"') == len(figure.values)
    for reference in owner.references.values():
        assert page.count(f'id="o-{reference.id}"') == 1
        assert has(reference.matter[language])
        assert has(reference.treatment[language])
        assert reference.look_up is None or has(reference.look_up[language])
    assert all(has(event.text[language]) for event in owner.history)
    assert all(has(each.text[language]) for each in owner.cumulation)
    assert all(escape(source.url) in page for source in owner.sources.values())


def test_words_of_another_time_have_figures_of_that_time(client: Client) -> None:
    """A version that is not in force on the day is read with the figures of a day on which it is."""
    proposal = text_of(read(client, "/nl/wetboek/loopbaankrediet?on=2026-11-20").find(".//*[@id='r-LK1']"))
    assert "U hebt in uw loopbaan al minstens 7 jaar gewerkt." in proposal.replace("\u00a0", " ")
    leave = read(client, "/nl/wetboek/vlaams-opleidingsverlof?on=2026-03-01").find(".//*[@id='r-VP3']")
    words = text_of(leave).replace("\u00a0", " ")
    assert "minstens 50 % van een voltijdse job in de referentiemaand: september" in words
    assert "minstens 50 % van een voltijdse job in de referentiemaand: maart" in words
    assert "werkt u minstens 80 % van een voltijdse job" in words


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.id)
def test_every_day_on_which_something_changes(client: Client, owner) -> None:
    """The first and last version of each condition are in force on a page of their day."""
    days_ = {
        v.start for rule in owner.conditions for v in (rule.versions[0], rule.versions[-1]) if v.start > 1
    }
    for day in sorted(days_)[:4]:
        from leerrekening.rules import days

        page = body(client, f"/nl/wetboek/{slug(owner.id)}?on={days.iso(day)}")
        assert f'value="{days.iso(day)}"' in page
        assert "(deze dag)" in page


def test_a_condition_stands_beside_its_article(client: Client) -> None:
    page = read(client, "/nl/wetboek/vlaams-opleidingsverlof?on=2021-10-15")
    rule = next(each for each in page.iter("article") if each.attrib.get("id") == "r-VP3")
    words, basis = list(rule)
    assert "80 %" in text_of(words).replace("\u00a0", " ") or "50 %" in text_of(words).replace("\u00a0", " ")
    assert "artikel 22" in text_of(basis)
    assert [a.attrib["href"] for a in basis.iter("a") if "//" in a.attrib["href"]]


def test_versions_show_what_changed(client: Client) -> None:
    several = next((owner, rule) for owner in OWNERS for rule in owner.conditions if len(rule.versions) > 1)
    page = body(client, f"/nl/wetboek/{slug(several[0].id)}")
    start = page.index(f'id="r-{several[1].id}"')
    part = page[start : page.index("</article>", start)]
    assert "Veranderd in" in part or "bleven gelijk" in part
    assert "<ins>" in page
    assert "<del>" in page


def test_names_in_formulas_lead_to_their_place(client: Client) -> None:
    page = body(client, "/nl/wetboek/opleidingscheques")
    assert (
        'href="/nl/wetboek/opleidingscheques#f-oc.min_apprentice_hours">oc.min_apprentice_hours</a>' in page
    )
    assert 'href="/nl/wetboek/begrippen#r-kortgeschoold">begrippen.kortgeschoold</a>' in page
    assert 'href="/nl/wetboek/gegevens#g-course.price_cents">course.price_cents</a>' in page


def test_the_day_stays_in_the_links(client: Client) -> None:
    page = body(client, "/nl/wetboek/opleidingscheques?on=2018-03-10")
    assert 'href="/fr/wetboek/opleidingscheques?on=2018-03-10"' in page
    assert 'href="/nl/wetboek?on=2018-03-10"' in page
    assert 'href="/nl/wetboek/opleidingscheques?on=2018-03-10#f-' in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "asked", ["2021-02-30", "2021", "gisteren", "1800-01-01", "9999-12-31", "2021-1-1", "<b>"]
)
def test_a_day_that_does_not_exist(client: Client, language: str, asked: str) -> None:
    answer = client.get(f"/{language}/wetboek/opleidingscheques", {"on": asked})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'lang="{language}"' in page
    assert 'name="on"' in page
    assert "<b>" not in page
    assert "ETag" not in answer


def test_no_day_is_today(client: Client) -> None:
    assert body(client, "/nl/wetboek/opleidingscheques?on=") == body(client, "/nl/wetboek/opleidingscheques")


@pytest.mark.parametrize(
    "address",
    [
        "wetboek/bestaat-niet",
        "wetboek/opleidingscheques/voorbeelden/bestaat-niet",
        "wetboek/opleidingscheques/bestanden/secret.yaml",
        "wetboek/opleidingscheques/bestanden/..%2Finstrument.yaml",
        "wetboek/bestaat-niet/bestanden/rules.yaml",
        "wetboek/begrippen/voorbeelden/x",
    ],
)
def test_what_is_not_there(client: Client, address: str) -> None:
    assert client.get(f"/nl/{address}").status_code == 404


def test_files_are_those_of_the_law(client: Client) -> None:
    from leerrekening.lawtext.reader import instrument_folders

    for folder in instrument_folders(the_keeper().held().root):
        for file in sorted(folder.iterdir()):
            where = {"instrument": slug(folder.name), "file": file.name}
            answer = client.get(f"/nl{reverse('law_book_file', kwargs=where).removeprefix('/nl')}")
            assert answer.content == file.read_bytes()
            assert answer["Content-Type"] == "text/yaml; charset=utf-8"
            assert answer["Content-Disposition"] == f'attachment; filename="{folder.name}-{file.name}"'


@pytest.mark.parametrize(
    ("language", "open_", "none"), [("nl", "nog open", "geen"), ("fr", "encore ouvert", "aucun")]
)
def test_what_an_example_expects_is_in_words(client: Client, language: str, open_: str, none: str) -> None:
    """A case of our own whose verdict is open and that misses nothing: no codes, no sentence in another language."""
    page = read(client, f"/{language}/wetboek/opleidingscheques/voorbeelden/OC-X52")
    table = page.find(".//table")
    assert table is not None
    cells = [text_of(cell) for cell in table.iter("td")]
    assert cells.count(open_) == 2
    assert cells.count(none) == 2
    assert "OC4" in cells
    assert not {"undecided", "in_force", '"undecided"', "[]"} & set(cells)
    assert "Before leave or credit" not in text_of(page.find(".//main"))
    assert "Before leave or credit" in body(client, "/en/wetboek/opleidingscheques/voorbeelden/OC-X52")
