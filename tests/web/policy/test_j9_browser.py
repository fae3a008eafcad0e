"""Journey J9 of the analyst in a real browser, point by point."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pikepdf
from playwright.sync_api import Download, Page

from leerrekening.policy.suppression import THRESHOLD

KNOWN = re.compile(
    r"/nl/beleid(?:/(?:deelname|ongelijkheid|gebruik|drempels|ander-werk|voorwaarden|scenario(?:/[a-z_]+)?))?(?:\?.*)?"
)


def table(page: Page, caption: str) -> list[list[str]]:
    """The rows of the table whose caption begins with these words."""
    found = (
        page.locator("table")
        .filter(has=page.locator("caption", has_text=re.compile(f"^\\s*{caption}")))
        .first
    )
    rows = found.locator("tr").all()
    return [
        [cell.inner_text().replace("\u00a0", " ").strip() for cell in row.locator("th, td").all()]
        for row in rows
    ]


def bytes_of(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def test_j9_1_surveys_stand_apart_with_their_break_and_a_table_under_each_chart(
    page: Page, site: str
) -> None:
    page.goto(f"{site}/nl/beleid/deelname")
    figure = page.locator("figure").first
    lines = figure.locator("svg[role=img] .llr-chart__line").all()
    assert len(lines) == 2, "EAK and AES are two lines"
    assert figure.get_by_text("breuk vóór 2017").first.is_visible()
    assert page.get_by_text("60").first.is_visible()
    charts = page.locator("svg[role=img]").count()
    assert charts >= 1
    assert page.locator("table").count() >= charts
    assert table(page, "Wat er elk jaar bij moet komen")[1][0] == "EAK"


def test_j9_2_take_up_per_group_with_ratio_and_no_small_group_by_two_filters(page: Page, site: str) -> None:
    page.goto(f"{site}/nl/beleid/gebruik")
    for dimension in ("schooling", "age", "status"):
        page.get_by_label("Toon per").select_option(dimension)
        page.get_by_role("button", name="Toon de cijfers").click()
        assert len(table(page, "Wie gebruikte")) > 2
    page.get_by_label("Toon per").select_option("schooling")
    page.get_by_role("button", name="Toon de cijfers").click()
    everybody = {row[0]: row for row in table(page, "Wie gebruikte")[1:]}
    measures = {row[0]: row for row in table(page, "Hoe sterk helt")[1:]}
    assert re.match(r"[\d,]+ keer", measures["Hoeveel keer zo vaak"][1])
    assert " tot " in measures["Hoeveel keer zo vaak"][2], "with an interval"
    for filtered in ("status", "region"):
        seen: dict[str, list[int | None]] = {name: [] for name in everybody}
        options = page.get_by_label("Alleen deze groep").locator("option").all()
        values = [each.get_attribute("value") or "" for each in options]
        for value in (each for each in values if each.startswith(f"{filtered}:")):
            page.get_by_label("Alleen deze groep").select_option(value)
            page.get_by_role("button", name="Toon de cijfers").click()
            for row in table(page, "Wie gebruikte")[1:]:
                seen[row[0]].append(None if row[2] == "verborgen" else int(row[2].replace(".", "")))
        for name, numbers in seen.items():
            assert numbers.count(None) != 1, f"{name}: one hidden number is the rest of a subtraction"
            shown = [each for each in numbers if each is not None]
            assert all(each >= THRESHOLD for each in shown)
            rest = int(everybody[name][2].replace(".", "")) - sum(shown)
            assert rest == 0 or rest >= THRESHOLD


def test_j9_3_scenarios_are_ready_and_one_figure_of_a_copy_is_changed(page: Page, site: str) -> None:
    page.goto(f"{site}/nl/beleid/scenario")
    for name in ("De wet van vandaag", "Conceptnota loopbaankrediet", "Alternatief van de sociale partners"):
        assert page.get_by_role("heading", name=name).is_visible()
    page.get_by_role("link", name="Conceptnota loopbaankrediet").click()
    before = table(page, "Hoeveel mensen hebben recht")
    page.get_by_label("Jaren werkervaring").fill("3")
    page.get_by_role("button", name="Bereken opnieuw").click()
    page.get_by_text("U veranderde getallen in een kopie.").wait_for()
    assert table(page, "Hoeveel mensen hebben recht") != before


def test_j9_4_everything_that_comes_out_and_an_assumption_with_its_range(page: Page, site: str) -> None:
    page.goto(f"{site}/nl/beleid/scenario/loopbaankrediet")
    for caption in (
        *("Hoeveel mensen hebben recht", "Wie wint en wie verliest", "Verwacht gebruik"),
        *("Helt het recht over", "Welke rechten hebben mensen samen", "Aannames met hun bereik"),
    ):
        assert len(table(page, caption)) > 1, caption
    heads = table(page, "Verwacht gebruik")[0]
    assert any("Kost" in head for head in heads)
    assert any("bijdrage" in head.lower() for head in heads)
    assert any("begeleiders" in head for head in heads), "the effect of supply"
    before = table(page, "Verwacht gebruik")
    page.get_by_text("Aannames over gebruik en aanbod").click()
    field = page.get_by_label("Gebruik van het loopbaankrediet")
    assert page.get_by_text("Bereik: 0,003 – 0,02").first.is_visible()
    field.fill("0,016")
    page.get_by_role("button", name="Bereken opnieuw").click()
    assert table(page, "Verwacht gebruik") != before


def test_j9_5_the_same_numbers_again_and_kept_as_csv_and_note(page: Page, site: str) -> None:
    page.goto(f"{site}/nl/beleid/scenario/sociale_partners")
    text = page.locator("main").inner_text()
    assert "Auteur: SERV" in text
    assert re.search(r"Versie: [0-9a-f]{12}", text)
    first = table(page, "Verwacht gebruik")
    page.reload()
    assert table(page, "Verwacht gebruik") == first
    kept = []
    for _ in range(2):
        with page.expect_download() as saved:
            page.get_by_role("button", name="Bewaar alle cijfers (CSV)").click()
        kept.append(bytes_of(saved.value))
    assert kept[0] == kept[1]
    assert {"scenario", "measure", "value"} <= set(next(csv.reader(io.StringIO(kept[0].decode()))))
    with page.expect_download() as saved:
        page.get_by_role("button", name="Bewaar een nota (PDF)").click()
    note = pikepdf.open(io.BytesIO(bytes_of(saved.value)))
    assert str(note.Root.Lang) == "nl"
    assert bool(note.Root.MarkInfo.Marked)
    with note.open_metadata() as metadata:
        assert metadata["dc:title"].startswith("Vergelijking van 2 scenario")


def test_j9_6_no_person_can_be_opened_from_any_page(page: Page, site: str) -> None:
    """Follow every link and form below /beleid: none leads to anything but groups."""
    waiting, seen = ["/nl/beleid"], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        assert KNOWN.fullmatch(address), f"{address} is no page on groups"
        page.goto(site + address)
        links = page.eval_on_selector_all(
            "main a, main form", "all => all.map(a => a.getAttribute('href') || a.action)"
        )
        waiting += [
            local.partition("#")[0]
            for link in links
            if (local := link.removeprefix(site)).startswith("/nl/beleid")
        ]
        names = page.eval_on_selector_all("main [name]", "all => all.map(each => each.name)")
        assert not {name for name in names if re.search("person|insz|rijksregister|birth|name", name)}
    assert len(seen) >= 10


def test_what_changes_with_other_work_is_asked_without_script(without_script: Page, site: str) -> None:
    page = without_script
    page.goto(f"{site}/nl/beleid/ander-werk")
    rows = {row[0]: row[1:] for row in table(page, "Wie houdt het recht")}
    assert rows["Opleidingscheques voor werknemers"] == ["100 %", "100 %", "0 %", "0 %", "0 %"]
    page.get_by_label("Wat de mensen nu zijn").select_option("self_employed")
    page.get_by_role("button", name="Toon de cijfers").click()
    gained = {row[0]: row[1:] for row in table(page, "Wie krijgt er een recht bij")}
    assert gained["Opleidingscheques voor werknemers"][0] != "0 %"


def test_harmonised_conditions_become_the_same(page: Page, site: str) -> None:
    page.goto(f"{site}/nl/beleid/voorwaarden")
    title = "Opleidingscheques voor werknemers (OC1) en Vlaams opleidingsverlof (VP1)"
    today = table(page, f"Van wie aan minstens één van de twee voldoet: {re.escape(title)}")
    assert today[1][1] != "100,0 %"
    assert today[2][2] == "overheid", "who meets the one and not the other"
    page.get_by_label("Scenario").select_option("harmonisatie")
    page.get_by_role("button", name="Toon de voorwaarden").click()
    then = table(page, f"Van wie aan minstens één van de twee voldoet: {re.escape(title)}")
    assert then[1][1] == "100,0 %"
