"""Journey J9 of the analyst, point by point: the monitor, who is left out, and scenarios."""

import csv
import io
import re
import subprocess
import sys
from datetime import date
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.conf import settings
from django.test import Client
from tests.house.source_tree import PROJECT
from tests.web import test_pages
from tests.web.conftest import LANGUAGES, patterns
from tests.web.test_pages import read, text_of

from leerrekening.policy.monitor.counts import GroupCount, counts_csv
from leerrekening.policy.suppression import THRESHOLD
from leerrekening.web.policy import scenarios, use

SCENARIOS = ("loopbaankrediet", "sociale_partners", "harmonisatie")
SCENARIO_PAGES = [f"/{language}/beleid/scenario/{name}" for language in LANGUAGES for name in SCENARIOS]
SVG = "{http://www.w3.org/2000/svg}"


def table_after(tree: Element, words: str) -> list[list[str]]:
    """The rows of the table whose caption begins with these words."""
    for table in tree.iter("table"):
        if text_of(table.find("caption")).startswith(words):
            return [[text_of(cell).replace("\u00a0", " ") for cell in row] for row in table.iter("tr")]
    raise AssertionError(f"no table {words}")


# --- J9 point 1: taking part against 60 % in 2030 ---------------------------------------------------------------


def test_point_1_surveys_are_separate_lines_cut_at_breaks(client: Client) -> None:
    tree = read(client, "/nl/beleid/deelname")
    first = tree.find(f".//{SVG}svg")
    lines = [each for each in first.iter(f"{SVG}g") if "llr-chart__line" in each.attrib["class"]]
    pieces = [
        [path for path in line.iter(f"{SVG}path") if path.attrib["class"] == "llr-chart__piece"]
        for line in lines
    ]
    marks = [
        [path for path in line.iter(f"{SVG}path") if path.attrib["class"] == "llr-chart__mark"]
        for line in lines
    ]
    assert [len(each) for each in pieces] == [3, 0], "the EAK in three pieces, the AES a single point"
    assert [len(each) for each in marks] == [13, 1]
    text = text_of(tree.find(".//main"))
    assert "a: breuk vóór 2017" in text
    assert "b: breuk vóór 2021" in text


def test_point_1_a_table_follows_each_chart(client: Client) -> None:
    for page in ("deelname", "ongelijkheid", "gebruik"):
        tree = read(client, f"/nl/beleid/{page}")
        kinds = [
            each.tag
            for each in tree.iter()
            if each.tag == "table" or (each.tag == f"{SVG}svg" and each.attrib.get("role") == "img")
        ]
        assert f"{SVG}svg" in kinds
        for one, following in zip(kinds, [*kinds[1:], ""], strict=True):
            assert one == "table" or following == "table"


def test_point_1_the_route_is_given_per_survey(client: Client) -> None:
    rows = table_after(read(client, "/nl/beleid/deelname"), "Wat er elk jaar bij moet komen")
    assert rows[1] == ["EAK", "22,4 % in 2022", "8", "4,70 procentpunten", "13,1 %"]
    assert rows[2] == ["AES", "47,7 % in 2016", "14", "0,88 procentpunten", "1,7 %"]


def test_charts_are_told_in_words(client: Client) -> None:
    for page in ("deelname", "ongelijkheid", "gebruik"):
        for picture in read(client, f"/nl/beleid/{page}").iter(f"{SVG}svg"):
            if picture.attrib.get("aria-hidden") == "true":
                continue
            assert picture.attrib["role"] == "img"
            assert text_of(picture.find(f"{SVG}title"))
            assert text_of(picture.find(f"{SVG}desc"))


# --- J9 point 2: who is left out; small groups ------------------------------------------------------------------


def test_point_2_ratio_of_high_and_low_schooled_with_interval(client: Client) -> None:
    rows = table_after(
        read(client, "/nl/beleid/ongelijkheid"), "Vlaanderen: volgde een opleiding in 12 maanden"
    )
    found = dict(rows[1:])
    assert found["Zonder diploma secundair onderwijs"] == "9,8 % (9,75 tot 9,85)"
    assert found["Hoeveel keer zo vaak"] == "3,53 keer (3,51 tot 3,55)"


def test_point_2_suspect_figures_are_not_used(client: Client) -> None:
    tree = read(client, "/nl/beleid/ongelijkheid")
    assert len(table_after(tree, "Cijfers die wij niet gebruiken")) == 5
    bars = " ".join(text_of(each) for each in tree.iter(f"{SVG}svg"))
    assert "42,7" not in bars
    assert "17,7" not in bars


def people(cell: str) -> int | None:
    return None if cell == "verborgen" else int(cell.replace(".", ""))


def test_point_2_two_filters_do_not_give_a_small_group_away(client: Client) -> None:
    """Subtract every page with a filter from the one without, and from the others of its dimension."""
    groups = use.released(next(iter(use.counts().people))).groups
    hidden = 0
    for by in groups:
        whole = table_after(read(client, f"/nl/beleid/gebruik?by={by}"), "Wie gebruikte")[1:]
        for other, codes in groups.items():
            if other == by:
                continue
            pages = [
                table_after(
                    read(client, f"/nl/beleid/gebruik?by={by}&only={other}:{'%2B'.join(code)}"),
                    "Wie gebruikte",
                )[1:]
                for code in codes
            ]
            for place, everybody in enumerate(whole):
                for column in (1, 2):
                    known = [people(page[place][column]) for page in pages]
                    hidden += known.count(None)
                    assert known.count(None) != 1, "one hidden number is the rest of a subtraction"
                    shown = [each for each in known if each is not None]
                    rest = (people(everybody[column]) or 0) - sum(shown)
                    assert all(each >= THRESHOLD for each in shown)
                    assert rest == 0 or rest >= THRESHOLD
    assert hidden > 0


def counted(rows: list[tuple[str, str, str, str, str, int, int]]) -> None:
    """Let the account have counted this: right, year, schooling, age, status, entitled, used."""
    groups = [
        GroupCount(right, year, tuple(place), entitled, used) for right, year, *place, entitled, used in rows
    ]
    settings.COUNTS.write_text(counts_csv(date(2027, 3, 1), ("schooling", "age", "status"), groups), "utf-8")


OWN = [
    ("vlaams_opleidingsverlof", "2026-2027", schooling, age, status, 90 + 7 * place, 4 + 11 * place)
    for place, (schooling, age, status) in enumerate(
        (a, b, c)
        for a in ("low", "middle", "high")
        for b in ("25_34", "45_54")
        for c in ("unemployed", "employed")
    )
]


def test_point_2_the_accounts_own_counts_take_the_place_of_the_example(client: Client) -> None:
    assert "Verzonnen getallen" in text_of(read(client, "/nl/beleid/gebruik").find(".//main"))
    counted([*OWN, ("loopbaancheques", "career", "low", "25_34", "employed", 9, 3)])
    tree = read(client, "/nl/beleid/gebruik?right=vlaams_opleidingsverlof:2026-2027")
    text = text_of(tree.find(".//main"))
    assert "Verzonnen getallen" not in text
    assert "De rekening telde op 1 maart 2027." in text
    assert "Vlaams opleidingsverlof, 2026-2027" in text
    rows = table_after(tree, "Wie gebruikte")[1:]
    assert sum(int(row[1].replace(".", "")) for row in rows) == sum(row[5] for row in OWN)
    few = text_of(read(client, "/nl/beleid/gebruik?right=loopbaancheques:career").find(".//main"))
    assert "Wij tonen er niets van" in few
    assert "9" not in few.partition("Recht")[2].partition("Waarom")[0]


def test_point_2_small_groups_of_the_account_cannot_be_subtracted(client: Client) -> None:
    """The fewest users are 4: no page shows them, nor what two pages leave over."""
    counted(OWN)
    for by in ("schooling", "age", "status"):
        if by not in use.released(("vlaams_opleidingsverlof", "2026-2027")).groups:
            continue
        whole = table_after(read(client, f"/nl/beleid/gebruik?by={by}"), "Wie gebruikte")[1:]
        for other, codes in use.released(("vlaams_opleidingsverlof", "2026-2027")).groups.items():
            if other == by:
                continue
            pages = [
                table_after(
                    read(client, f"/nl/beleid/gebruik?by={by}&only={other}:{'%2B'.join(code)}"),
                    "Wie gebruikte",
                )[1:]
                for code in codes
            ]
            for place, everybody in enumerate(whole):
                known = [people(page[place][2]) for page in pages]
                shown = [each for each in known if each is not None]
                assert known.count(None) != 1
                assert all(each >= THRESHOLD for each in shown)
                rest = (people(everybody[2]) or 0) - sum(shown)
                assert rest == 0 or rest >= THRESHOLD


@pytest.mark.parametrize(
    "query", ["right=person", "by=person", "only=sex", "only=sex:x", "by=sex&only=sex:men", "by=&only="]
)
def test_a_question_that_is_not_understood_is_asked_again(client: Client, query: str) -> None:
    answer = client.get(f"/nl/beleid/gebruik?{query}")
    assert answer.status_code == 422
    assert b"data-llr-errors" in answer.content


# --- J9 points 3 to 5: scenarios --------------------------------------------------------------------------------


@pytest.mark.parametrize("address", SCENARIO_PAGES)
def test_scenario_pages_are_sound(client: Client, address: str) -> None:
    test_pages.test_page_is_sound(client, address)
    test_pages.test_headings_skip_no_level(client, address)
    test_pages.test_nothing_inline_and_nothing_from_elsewhere(client, address)
    test_pages.test_typography(client, address)


def test_point_3_scenarios_are_ready(client: Client) -> None:
    names = [text_of(each) for each in read(client, "/nl/beleid/scenario").findall(".//main//h2")]
    assert names[:3] == [
        "De wet van vandaag",
        "Conceptnota loopbaankrediet",
        "Alternatief van de sociale partners",
    ]


def outcome(client: Client, **sent: str) -> dict[str, list[str]]:
    """The rows of the expected use after posting these values."""
    answer = client.post("/nl/beleid/scenario/loopbaankrediet", sent)
    assert answer.status_code == 200
    rows = table_after(
        html5lib.parse(answer.content.decode(), namespaceHTMLElements=False), "Verwacht gebruik"
    )
    return {row[0]: row[1:] for row in rows}


def test_point_3_a_copy_with_one_figure_changed_gives_another_outcome(client: Client) -> None:
    before, after = outcome(client), outcome(client, **{"figure-2": "3"})
    assert before["Loopbaankrediet, scenario"] != after["Loopbaankrediet, scenario"]
    assert before["Loopbaancheques, vandaag"] == after["Loopbaancheques, vandaag"]


def test_point_4_an_assumption_shows_its_range_and_changes_the_outcome(client: Client) -> None:
    text = text_of(read(client, "/nl/beleid/scenario/loopbaankrediet").find(".//main"))
    assert "Gebruik van het loopbaankrediet. Bereik: 0,003 – 0,02" in text
    before, after = outcome(client), outcome(client, **{"take_up.loopbaankrediet": "0,016"})
    users = [int(each["Loopbaankrediet, scenario"][0].replace(".", "")) for each in (before, after)]
    assert users[1] > users[0] * 1.5


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("figure-2", "drie", "Vul een getal in cijfers in"),
        ("figure-2", "", "Vul een getal in cijfers in"),
        ("figure-2", "-3", "De wet kan met dit getal niet gelezen worden"),
        ("take_up.loopbaankrediet", "0,5", "Kies een getal binnen het bereik"),
        ("anticipation", "NaN", "Vul een getal in cijfers in"),
    ],
)
def test_a_number_that_cannot_be_is_refused_and_kept(
    client: Client, name: str, value: str, words: str
) -> None:
    answer = client.post("/nl/beleid/scenario/loopbaankrediet", {name: value, "figure-0": "8"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'value="8"' in page, "what was typed stays"
    assert f'value="{value}"' in page


def test_point_5_the_same_question_gives_the_same_bytes(client: Client) -> None:
    first, second = (
        client.post("/nl/beleid/scenario/sociale_partners", {"as": "csv", "figure-0": "2"}) for _ in range(2)
    )
    assert first.content == second.content
    assert first["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(first.content.decode())))
    assert {row["scenario"] for row in rows} == {"today", "sociale_partners_copy"}


def test_point_5_a_scenario_says_who_when_and_which_law(client: Client) -> None:
    text = text_of(read(client, "/nl/beleid/scenario/sociale_partners").find(".//main"))
    assert "Auteur: SERV, reactie van oktober 2025" in text
    assert "15 oktober 2025" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(r"Versie: [0-9a-f]{12}", text)


def test_unknown_scenario_is_no_page(client: Client) -> None:
    assert client.get("/nl/beleid/scenario/anything").status_code == 404


def test_without_the_packages_the_page_says_what_is_missing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenarios, "find_spec", lambda name: None if name == "polars" else name)
    assert "polars" in client.get("/nl/beleid/scenario").content.decode()
    answer = client.get("/nl/beleid/scenario/loopbaankrediet")
    assert answer.status_code == 503
    assert "./llr simulate" in answer.content.decode()


def test_the_site_starts_without_the_packages() -> None:
    script = (
        "import sys\n"
        "for name in ('numpy', 'polars', 'numba', 'pyarrow'): sys.modules[name] = None\n"
        "from leerrekening.web.wsgi import application\n"
        "from django.test import Client\n"
        "pages = ('', '/deelname', '/ongelijkheid', '/gebruik')\n"
        "print([Client(headers={'host': 'localhost'}).get('/nl/beleid' + page).status_code for page in pages])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, env={"PYTHONPATH": "src", "LLR_SECRET_KEY": "test"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "[200, 200, 200, 200]", done.stderr


# --- J9 point 6 -------------------------------------------------------------------------------------------------


def test_point_6_no_person_can_be_opened(client: Client) -> None:
    """No address below /beleid takes more than the name of a scenario, and what is saved counts groups."""
    taking = {route.partition("/")[2] for route, _each in patterns() if "beleid" in route and "<" in route}
    assert taking == {"beleid/scenario/<slug:identity>"}
    saved = client.post("/nl/beleid/scenario/loopbaankrediet", {"as": "csv"}).content.decode()
    columns = next(csv.reader(io.StringIO(saved)))
    assert columns == [
        "scenario",
        "instrument",
        "dimension",
        "group",
        "measure",
        "value",
        "unit",
        "assumptions",
    ]
