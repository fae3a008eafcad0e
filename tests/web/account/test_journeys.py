"""The account in a real browser, point by point: a cleaner looks at what she has (J1), somebody asks what if (J8), and
what holds on every page (G1-G5). Each test is named after its point."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.account.world import JOB, World
from tests.web.account.conftest import TODAY
from tests.web.visitors import OpenAs, SignIn

from leerrekening.account import overview as accounts_overview
from leerrekening.account import rule_change
from leerrekening.account.rule_change import RuleChange
from leerrekening.demo.access_service.service import AccessService
from leerrekening.ledger import Ledger, Op, Reason, Request
from leerrekening.ledger.requests import Lot
from leerrekening.registry.sources.refreshing import note

PHONE = {"width": 390, "height": 844}
# At work for 5 years and 3 months, at 4/5, without a diploma: leave, and no career vouchers yet.
CLEANER = {**JOB, "from": "2020-08-24", "fraction": [{"from": "2020-08-24", "to": None, "value": 0.8}]}
USED = {
    "instrument": "vlaams_opleidingsverlof",
    "on": "2025-10-06",
    "initiative": "own",
    "minutes": 1800,
    "course": "hygiene-1",
}
PAGES = ("", "/recht/vlaams_opleidingsverlof", "/tijdlijn", "/wat-als", "/als-uw-werk-verandert", "/afdruk")


@pytest.fixture
def cleaner(world: World) -> int:
    """The person of J1."""
    return granted(world, job=CLEANER, highest_diploma="geen", used=[USED])


@pytest.fixture
def worker(world: World) -> int:
    """The person of J8: full-time, then 4/5, then dismissed, then self-employed."""
    return granted(world, used=[USED])


def granted(world: World, on: str = TODAY, **known: Any) -> int:
    """Somebody whose account was opened before, on a day."""
    party = world.person(**known)
    world.settle(party, on)
    return party


def card(page: Page, title: str) -> Any:
    return page.locator("article.llr-right").filter(has=page.get_by_role("heading", name=title))


def test_j1_1_from_the_start_page_in_three_taps(
    browser: Browser, service: AccessService, site: str, world: World
) -> None:
    """With signing in. How fast the first content comes on a slow phone is measured by bench/account.py --browser."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{site}/nl/")
    taps = (
        lambda: page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Mijn rekening"),
        lambda: page.get_by_role("button", name="Jozef Claes"),
    )
    for tap in taps:
        tap().tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn rekening")
    expect(page.locator("section.llr-block").first).to_be_visible()
    assert page.url == f"{site}/nl/mijn-rekening"
    context.close()


def test_j1_2_three_blocks_and_a_state_for_each_right(
    cleaner: int, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=cleaner), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening")
    assert page.locator("section.llr-block > h2").all_inner_texts() == ["Geld", "Tijd", "Begeleiding"]
    cards = page.locator("article.llr-right")
    for place in range(cards.count()):
        state = cards.nth(place).locator(".llr-state").inner_text()
        assert state in (
            "Beschikbaar",
            "Gereserveerd",
            "Gebruikt",
            "Nog niet",
            "Geen recht",
            "Onbekend",
            "Voorstel",
        )
    leave = card(page, "Vlaams opleidingsverlof")
    expect(leave.locator(".llr-state")).to_have_text("Beschikbaar")
    expect(leave.locator(".llr-right__amount")).to_have_text("70\xa0uur")
    own = leave.locator(".llr-balance").filter(has_text="Op eigen initiatief")
    assert re.sub(r"\s+", " ", own.inner_text()).startswith(
        "Op eigen initiatief alle lijnen : Vlaams opleidingsverlof, Op eigen initiatief Beschikbaar 70 uur"
        " Gereserveerd 0 uur Gebruikt 30 uur"
    )


def test_j1_2_what_is_reserved_is_not_available(
    cleaner: int, world: World, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=cleaner), viewport=PHONE)
    lots = [lot for lot in world.lots(cleaner).values() if lot.right.startswith("vlaams_opleidingsverlof")]
    with Ledger(world.installed.dsn("batch")) as ledger:
        for lot, part in zip(sorted(lots, key=lambda lot: lot.posted), (None, 60), strict=True):
            ledger.apply([hold(ledger, lot, lot.posted if part is None else part)])
        page.goto(f"{site}/nl/mijn-rekening")
        leave = card(page, "Vlaams opleidingsverlof")
        expect(leave.locator(".llr-state")).to_have_text("Beschikbaar")
        expect(leave.locator(".llr-right__amount")).to_have_text("99\xa0uur")
        ledger.apply([hold(ledger, max(lots, key=lambda lot: lot.posted), 99 * 60)])
    page.reload()
    expect(leave.locator(".llr-state")).to_have_text("Gereserveerd")
    expect(leave.locator(".llr-right__amount")).to_have_count(0)
    expect(leave).to_contain_text("Alles wat u nog had, is gereserveerd.")


def hold(ledger: Ledger, lot: Lot, minutes: int) -> Request:
    """A reservation of a part of a balance, as a booking makes it."""
    right = ledger.right(lot.right)
    return Request(
        lot.party, uuid4(), Op.RESERVE, date(2025, 12, 1), Reason.USE,
        unit=right.unit, debit=lot.lot, credit=right.consumption, amount=minutes,
    )  # fmt: skip


def test_j1_3_deciding_condition_first(cleaner: int, sign_in: SignIn, open_as: OpenAs, site: str) -> None:
    page = open_as(sign_in("citizen", party=cleaner), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening")
    vouchers = card(page, "Loopbaancheques")
    first = vouchers.locator("p").first
    expect(first).to_contain_text("7 jaar")
    expect(first).to_contain_text("dagen")
    vouchers.locator("summary").click()
    conditions = vouchers.locator(".llr-why-conditions > li")
    assert conditions.count() > 3
    expect(conditions.first).to_contain_text("Niet vervuld")


def test_j1_4_no_amount_where_a_condition_fails_or_is_open(
    world: World, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    nobody = world.person(job={**CLEANER, "kind": "self_employed_main"})
    unknown = world.person(job={**CLEANER, "fraction": None})
    for party in (nobody, unknown):
        page = open_as(sign_in("citizen", party=party), viewport=PHONE)
        page.goto(f"{site}/nl/mijn-rekening")
        assert page.locator(".llr-right__amount").count() == 0
        assert page.locator(".llr-balance").count() == 0
        assert "Beschikbaar" not in page.locator("main").inner_text()


def test_j1_4_no_amount_of_a_right_that_was_granted_when_the_answer_is_no_today(
    world: World, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    party = world.person()
    world.settle(party, "2025-09-10")
    world.job(party, to="2025-10-31")
    world.settle(party, "2025-11-05", "changed_fact")
    page = open_as(sign_in("citizen", party=party), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening")
    leave = card(page, "Vlaams opleidingsverlof")
    expect(leave.locator(".llr-state")).to_have_text("Geen recht")
    assert leave.locator(".llr-right__amount, .llr-balance").count() == 0
    expect(leave).to_contain_text(
        "Verworven onder de regel van 10 september 2025, geldig tot en met 31 augustus 2026."
    )


def test_j1_2_balance_opens_to_its_lines_and_equals_their_sum(
    cleaner: int, world: World, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=cleaner), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening")
    card(page, "Vlaams opleidingsverlof").get_by_role("link", name="alle lijnen").first.click()
    table = page.locator(".llr-ledger").filter(has_text="Op eigen initiatief").locator("table")
    rows = [re.sub(r"\s+", " ", row) for row in table.locator("tbody tr").all_inner_texts()]
    assert rows == [
        "1 september 2025 100 uur toegekend + 100 uur 100 uur",
        "6 oktober 2025 30 uur gebruikt − 30 uur 70 uur",
    ]
    expect(table.locator("tfoot")).to_contain_text("70\xa0uur")
    with world.installed.access.transaction("citizen", party=cleaner) as connection:
        found = accounts_overview.balances_of(connection, cleaner, world.held)
    for balance in found:
        assert balance.posted == sum(line.posted_change for line in balance.lines)
        assert balance.reserved == sum(line.reserved_change for line in balance.lines)


def test_j1_5_this_is_wrong_from_the_fact_to_a_case_number(
    cleaner: int, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=cleaner), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening/recht/vlaams_opleidingsverlof")
    share = page.locator(".llr-facts .llr-summary-list__row").filter(has_text="Deel van een voltijdse job")
    share.get_by_role("link", name="Klopt dit niet?").click()
    expect(page.locator("main")).to_contain_text("De eigenaar van dit gegeven is ")
    page.get_by_label("Wat klopt er niet?").fill("Ik werk voltijds.")
    page.get_by_role("button", name="Vraag om dit te verbeteren").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"K-\d{4}-\d{6}-\d{2}"))


# --- what if ---------------------------------------------------------------------------------------------------


def suppose(page: Page, day: date, situation: str, **more: str) -> Page:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"[name=day-{part}]").fill(str(value))
    page.locator(f"[name=situation][value={situation}]").check()
    for name, value in more.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name="Vergelijk").click()
    return page


def row(page: Page, title: str) -> Any:
    return page.locator(".llr-why-compare tbody tr").filter(has_text=title)


def test_j8_1_takes_a_day_and_a_situation_and_writes_nothing(
    worker: int, world: World, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=worker), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening/wat-als")
    expect(page.locator("main")).to_contain_text("Wij bewaren niets en uw rekening blijft zoals ze is.")
    counted = (
        "select (select count(*) from registry.fact where party = %s),"
        " (select count(*) from led.transfer where party = %s), (select count(*) from account.reading where party = %s)"
    )
    before = world.installed.all(counted, worker, worker, worker)
    suppose(page, date(2026, 1, 1), "dismissal")
    expect(page.locator(".llr-why-compare")).to_be_visible()
    assert world.installed.all(counted, worker, worker, worker) == before
    assert "2026" not in page.url


@pytest.mark.parametrize(
    ("situation", "more"),
    [
        ("hours", {"share": "50"}),
        ("dismissal", {}),
        ("self_employed", {}),
        ("work_region", {"region": "waals_gewest"}),
    ],
)
def test_j8_2_now_then_and_difference_with_the_deciding_condition(
    situation: str, more: dict[str, str], worker: int, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=worker), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening/wat-als")
    suppose(page, date(2026, 1, 5), situation, **more)
    leave = row(page, "Vlaams opleidingsverlof")
    expect(leave.locator(".llr-state").first).to_have_text("Beschikbaar")
    if situation != "hours":
        expect(leave.locator(".llr-state").nth(1)).to_have_text("Geen recht")
        expect(leave).to_contain_text("Niet vervuld")


def test_j8_2_trap_of_the_reference_month(worker: int, sign_in: SignIn, open_as: OpenAs, site: str) -> None:
    page = open_as(sign_in("citizen", party=worker), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening/wat-als")
    suppose(page, date(2026, 1, 5), "hours", share="50")
    leave = row(page, "Vlaams opleidingsverlof")
    expect(leave.locator("td").last).to_contain_text("Geen verschil")
    expect(leave.locator(".llr-trap")).to_contain_text("Op 1 september 2026")


def test_j8_3_a_right_granted_under_an_older_rule(
    world: World, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    """Two career vouchers for six years; since 1 November 2025 it is one for a whole career, which is not on top."""
    party = granted(world, "2022-10-01")
    world.settle(party, TODAY, "yearly_run")
    page = open_as(sign_in("citizen", party=party), viewport=PHONE)
    acquired = "Verworven onder de regel van 1 oktober 2022, geldig tot en met 30 september 2028."
    page.goto(f"{site}/nl/mijn-rekening")
    vouchers = card(page, "Loopbaancheques")
    expect(vouchers.locator(".llr-right__amount")).to_have_text("1\xa0cheque")
    expect(vouchers.locator(".llr-balance")).to_have_count(1)
    expect(vouchers).to_contain_text(f"{acquired} De regel van vandaag zegt iets anders.")
    page.goto(f"{site}/nl/mijn-rekening/tijdlijn")
    expect(page.locator("main")).to_contain_text(acquired)


def test_j8_5_one_message_with_before_and_after_and_none_without_effect(
    world: World, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    touched = world.person()
    not_touched = world.person(job={**CLEANER, "kind": "self_employed_side"})
    change = RuleChange(world.held, world.held, date(2025, 11, 1))
    for _twice in range(2):
        for party in (touched, not_touched):
            with world.installed.access.transaction("batch") as connection:
                rule_change.tell(connection, change, party)
    page = open_as(sign_in("citizen", party=touched), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening")
    page.locator("summary").filter(has_text="Menu van de rekening").click()
    page.get_by_role("link", name="Berichten").click()
    message = page.get_by_role("main").get_by_text("De regels veranderen: Loopbaancheques")
    expect(message).to_have_count(1)
    text = re.sub(r"\s+", " ", page.locator("main").inner_text())
    assert "Vanaf 1 november 2025. Voor u was het: nog open. Voor u wordt het: ja, 1 cheque. Bron: " in text
    other = open_as(sign_in("citizen", party=not_touched), viewport=PHONE)
    other.goto(f"{site}/nl/mijn-rekening/berichten")
    expect(other.locator("main")).to_contain_text("U hebt geen berichten.")


def test_the_time_line_has_past_present_and_future(
    world: World, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    party = granted(world, used=[USED, {**USED, "on": "2023-10-09", "course": "hygiene-0"}])
    page = open_as(sign_in("citizen", party=party), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening/tijdlijn")
    future, now, past = (
        re.sub(r"\s+", " ", page.locator(".llr-account__stretch").nth(place).inner_text())
        for place in range(3)
    )
    assert "31 augustus 2026 Vlaams opleidingsverlof: wat u dan nog niet gebruikte, vervalt" in future
    assert "1 januari 2027 Loopbaancheques: vanaf 1 januari 2027 is de wet niet bevestigd." in future
    assert "Vlaams opleidingsverlof, op eigen initiatief: 125 uur toegekend (geldt nu)" in now
    assert "6 oktober 2025 Vlaams opleidingsverlof, op eigen initiatief: 30 uur gebruikt" in past
    assert "9 oktober 2023 Vlaams opleidingsverlof: 30 uur gebruikt" in past


def test_j8_4_a_proposal_shows_both_outcomes(
    worker: int, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=worker), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening/wat-als")
    suppose(page, date(2027, 2, 1), "none")
    credit = row(page, "Loopbaankrediet")
    expect(credit.locator(".llr-state").nth(1)).to_have_text("Voorstel")
    expect(credit).to_contain_text("Zolang het geen wet is: geen recht. Als het wet wordt: ja, 6 uur.")


def test_j8_what_cannot_be_read_is_told_and_kept(
    worker: int, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=worker), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening/wat-als")
    suppose(page, date(2026, 1, 5), "hours", share="veel")
    expect(page).to_have_title(re.compile("^Kijk na: Wat als"))
    assert page.locator(".llr-error-summary a").count() == 1
    expect(page.locator("[name=share]")).to_have_value("veel")
    expect(page.locator("[name=situation][value=hours]")).to_be_checked()


def test_j8_matrix_says_what_each_status_keeps(
    worker: int, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=worker), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening/als-uw-werk-verandert")
    self_employed = page.locator(".llr-status").filter(has_text="Zelfstandige in hoofdberoep")
    expect(self_employed).to_contain_text("u verliest dit")
    expect(self_employed).to_contain_text(re.compile(r"Blijft: \d van \d"))


# --- what holds everywhere -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_g1_axe_finds_nothing(
    language: str, cleaner: int, sign_in: SignIn, open_as: OpenAs, site: str, axe: Callable[[Page], list[str]]
) -> None:
    page = open_as(sign_in("citizen", party=cleaner), audited=True, viewport=PHONE)
    for path in PAGES:
        page.goto(f"{site}/{language}/mijn-rekening{path}")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert axe(page) == [], path


@pytest.mark.parametrize("size", [{"width": 320, "height": 640}, {"width": 320, "height": 256}])
def test_g1_320_px_and_400_percent_without_script(
    size: dict[str, int], cleaner: int, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=cleaner), viewport=size, java_script_enabled=True)
    for path in PAGES:
        page.goto(f"{site}/nl/mijn-rekening{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


def test_g1_keyboard_alone_and_focus_is_visible(
    cleaner: int, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=cleaner), viewport={"width": 1280, "height": 900})
    page.goto(f"{site}/nl/mijn-rekening")
    seen = set()
    for _step in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.textContent.trim(), s.outlineStyle !== 'none' || s.boxShadow !== 'none' ||"
            " s.backgroundColor !== 'rgba(0, 0, 0, 0)'] }"
        )
        assert at[1], at
        seen.add(at[0])
        if at[0] == "Druk af in grote letters":
            break
    assert {"Tijdlijn", "Vlaams opleidingsverlof", "Druk af in grote letters"} <= seen
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw rechten om te leren")


def test_g1_works_without_script(worker: int, sign_in: SignIn, open_as: OpenAs, site: str) -> None:
    page = open_as(sign_in("citizen", party=worker), java_script_enabled=False, viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening")
    card(page, "Loopbaancheques").locator("summary").click()
    expect(card(page, "Loopbaancheques").locator(".llr-why-conditions > li").first).to_be_visible()
    page.goto(f"{site}/nl/mijn-rekening/wat-als")
    page.locator("[name=situation][value=dismissal]").check()
    page.get_by_role("button", name="Vergelijk").click()
    expect(page.locator(".llr-why-compare")).to_be_visible()


def test_g2_titles_begin_with_the_step(cleaner: int, sign_in: SignIn, open_as: OpenAs, site: str) -> None:
    page = open_as(sign_in("citizen", party=cleaner))
    titles = []
    for path in PAGES:
        page.goto(f"{site}/nl/mijn-rekening{path}")
        titles.append(page.title().partition(" – ")[0])
    assert titles == [
        "Mijn rekening",
        "Vlaams opleidingsverlof",
        "Tijdlijn",
        "Wat als?",
        "Als uw werk verandert",
        "Afdruk",
    ]


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_g3_print_fits_on_two_pages(
    language: str, cleaner: int, sign_in: SignIn, open_as: OpenAs, site: str, tmp_path: Path
) -> None:
    import pikepdf

    page = open_as(sign_in("citizen", party=cleaner))
    page.goto(f"{site}/{language}/mijn-rekening/afdruk")
    file = tmp_path / "print.pdf"
    page.pdf(path=file, format="A4")
    with pikepdf.open(file) as paper:
        assert len(paper.pages) <= 2
    page.emulate_media(media="print")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.llr-scan-paper p')).fontSize)")
    assert size >= 14 * 96 / 72 - 0.1


def test_g4_where_does_this_come_from(
    cleaner: int, world: World, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    page = open_as(sign_in("citizen", party=cleaner))
    page.goto(f"{site}/nl/mijn-rekening/recht/vlaams_opleidingsverlof")
    facts = page.locator(".llr-facts")
    share = facts.locator(".llr-summary-list__row").filter(has_text="Deel van een voltijdse job")
    expect(share).to_contain_text("80")
    expect(share).to_contain_text("Kwartaalaangiften van werkgevers")
    expect(share).to_contain_text("uit een register")
    expect(share).to_contain_text(re.compile(r"Opgehaald op \d+ \w+ \d{4}"))
    amounts = page.locator(".llr-account__why").get_by_text("Waar komt dit vandaan?").first
    amounts.click()
    opened = page.locator(".llr-account__why details[open]").first
    expect(opened).to_contain_text("Geldt")
    expect(opened).to_contain_text("Bron:")


def test_g4_a_conflict_is_shown(world: World, sign_in: SignIn, open_as: OpenAs, site: str) -> None:
    from leerrekening.registry import facts

    party = world.person(highest_diploma="geen")
    with world.installed.access.transaction("citizen", party=party) as connection:
        facts.declare(connection, party, "person.highest_diploma", "bachelor")
    page = open_as(sign_in("citizen", party=party))
    page.goto(f"{site}/nl/mijn-rekening/recht/opleidingscheques")
    diploma = page.locator(".llr-facts .llr-summary-list__row").filter(has_text="diploma").first
    expect(diploma).to_contain_text("Tegenspraak:")
    expect(diploma).to_contain_text("Uzelf zegt: ")


def test_g5_a_stale_source_is_named_and_the_page_opens(
    world: World, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    party = world.person(job=CLEANER)
    with world.installed.access.transaction("batch") as connection:
        note(connection, [party], "employment", "timeout", counts=False)
    page = open_as(sign_in("citizen", party=party), viewport=PHONE)
    page.goto(f"{site}/nl/mijn-rekening")
    banner = page.get_by_role("region", name="Niet alle gegevens zijn van vandaag")
    expect(banner).to_contain_text(
        "Kwartaalaangiften van werkgevers (DmfA, RSZ): het laatste antwoord is van"
    )
    expect(card(page, "Vlaams opleidingsverlof")).to_be_visible()


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_g3_one_sheet_as_accessible_pdf(language: str, cleaner: int, sign_in: SignIn, tmp_path: Path) -> None:
    from io import BytesIO

    import pikepdf

    answer = sign_in("citizen", party=cleaner).get(f"/{language}/mijn-rekening/overzicht.pdf")
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.content)) as paper:
        assert len(paper.pages) == 1
        assert str(paper.Root.Lang)[:2] == language
        assert bool(paper.Root.MarkInfo.Marked)
        assert b"pdfuaid" in bytes(paper.Root.Metadata.read_bytes())
