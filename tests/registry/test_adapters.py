"""Each adapter reads what its register says, refuses what it should not believe, and never guesses a code."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from leerrekening.demo.personas import people
from leerrekening.registry.facts import Statement
from leerrekening.registry.insz import Insz, invented_insz
from leerrekening.registry.sources import SOURCES
from leerrekening.registry.sources.source import Answer, Malformed, NoAnswer, Nobody, OtherPerson, Unreachable

TODAY = date(2026, 11, 28)
SAMPLES = Path(__file__).parent / "samples" / "led"
PIETER = people()["pieter_wouters"]
STRANGER = invented_insz(date(1971, 1, 1), 1)
BOMB = b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'


def reply(register: str) -> bytes:
    """What a register says of Pieter, in its own form."""
    return SOURCES[register].demo(PIETER.insz, PIETER.registers[register], TODAY)


def led(name: str, insz: str) -> Answer:
    return SOURCES["learning_credentials"].read((SAMPLES / f"{name}.xml").read_bytes(), Insz(insz))


@pytest.mark.parametrize("register", SOURCES)
class TestEveryAdapter:
    def test_asks_with_the_number_in_the_body_only(self, register: str) -> None:
        question = SOURCES[register].question(PIETER.insz, TODAY)
        assert PIETER.insz.digits.encode() in question.body
        assert PIETER.insz.digits not in question.action + question.content_type

    def test_reads_what_it_says(self, register: str) -> None:
        answer = SOURCES[register].read(reply(register), PIETER.insz)
        assert answer.statements
        assert {statement.path for statement in answer.statements} <= set(
            SOURCES[register].register.speaks_of
        )

    def test_a_reply_about_somebody_else_is_refused(self, register: str) -> None:
        with pytest.raises(OtherPerson) as refused:
            SOURCES[register].read(reply(register), STRANGER)
        assert PIETER.insz.digits not in str(refused.value) and STRANGER.digits not in str(refused.value)

    def test_a_reply_that_is_also_about_somebody_else_is_refused(self, register: str) -> None:
        body = reply(register)
        if body.startswith(b"{"):
            body = body.replace(PIETER.insz.digits.encode(), STRANGER.digits.encode(), 1)
        else:
            last = body.rindex(PIETER.insz.digits.encode())
            body = body[:last] + STRANGER.digits.encode() + body[last + 11 :]
        with pytest.raises(OtherPerson):
            SOURCES[register].read(body, PIETER.insz)

    def test_a_reply_about_nobody_in_particular_is_refused(self, register: str) -> None:
        body = reply(register)
        body = re.sub(rb"<INSZ>[0-9]+</INSZ>", b"", body).replace(f'"{PIETER.insz.digits}"'.encode(), b"null")
        with pytest.raises((Malformed, OtherPerson)):
            SOURCES[register].read(body, PIETER.insz)

    def test_nobody_is_no_answer(self, register: str) -> None:
        with pytest.raises(Nobody):
            SOURCES[register].read(SOURCES[register].demo(STRANGER, None, TODAY), STRANGER)

    @pytest.mark.parametrize("share", [0, 1, 10, 50, 90, 99])
    def test_a_reply_that_was_cut_off_is_refused(self, register: str, share: int) -> None:
        body = reply(register)
        with pytest.raises(Malformed):
            SOURCES[register].read(body[: len(body) * share // 100], PIETER.insz)

    @pytest.mark.parametrize(
        "body", [BOMB, b"\xff\xfe", b"[]", b"<a/>", b"null", b'{"insz": 1}', b"[" * 100_000]
    )
    def test_rubbish_is_refused(self, register: str, body: bytes) -> None:
        with pytest.raises(Malformed):
            SOURCES[register].read(body, PIETER.insz)

    def test_a_day_that_does_not_exist_is_refused(self, register: str) -> None:
        body = re.sub(rb"(\d{4})-(\d\d)-(\d\d)", rb"\1-02-30", reply(register))
        body = re.sub(rb"<Maand>\d+</Maand><Dag>\d+</Dag>", b"<Maand>02</Maand><Dag>30</Dag>", body)
        with pytest.raises(Malformed):
            SOURCES[register].read(body, PIETER.insz)


# --- the database of credentials, on its real public messages ------------------------------------------------


def test_led_master_from_a_real_message() -> None:
    assert led("90722500290", "90722500290").statements == (
        Statement("person.highest_diploma", "master", valid_from=date(2001, 6, 30)),
    )


def test_led_own_statements_are_declared_never_certified() -> None:
    """The days of these proofs are written 1800-01-01: not known."""
    assert led("90722500884", "90722500884").statements == (
        Statement("person.highest_diploma", "secundair", certified=False),
    )


def test_led_lower_secondary_from_special_education() -> None:
    assert led("96611827972", "96611827972").statements == (
        Statement("person.highest_diploma", "lager_secundair", valid_from=date(2011, 6, 30)),
    )


@pytest.mark.parametrize("name", ["90722500686", "79652300264"])
def test_led_a_course_or_a_professional_certificate_is_no_diploma_and_not_none(name: str) -> None:
    assert led(name, name).statements == ()


def test_led_a_real_message_that_is_about_two_people() -> None:
    with pytest.raises(OtherPerson):
        led("88642199886", "88642199886")


def test_led_nothing_found_from_a_real_message() -> None:
    with pytest.raises(Nobody):
        led("notfound", "96611827972")


def test_led_a_degree_nobody_can_place_leaves_it_open() -> None:
    body = (SAMPLES / "90722500290.xml").read_text(encoding="utf-8")
    body = body.replace("<Naam>Licentiaat</Naam>", "<Naam>Onbekende graad</Naam>")
    body = re.sub(r"(<VKSNiveauOnderwijskwalificatie>\s*<Code>)7", r"\1NBS", body)
    answer = SOURCES["learning_credentials"].read(body.encode(), Insz("90722500290"))
    assert answer.statements == (Statement("person.highest_diploma", None),)


def test_led_an_annulled_proof_does_not_count() -> None:
    body = (SAMPLES / "90722500290.xml").read_text(encoding="utf-8")
    body = re.sub(r"(<BewijsstatusLed>\s*<Code>)1", r"\g<1>2", body)
    assert SOURCES["learning_credentials"].read(body.encode(), Insz("90722500290")).statements == ()


# --- employment -------------------------------------------------------------------------------------------------


def jobs(body: bytes, insz: Insz = PIETER.insz) -> list[dict]:
    return [statement.value for statement in SOURCES["employment"].read(body, insz).statements]


def test_quarters_become_jobs_with_their_history() -> None:
    first, second, third = jobs(reply("employment"))
    assert (first["from"], first["to"], first["joint_committee"]) == ("2016-09-01", "2019-08-31", "200")
    assert (second["workplace_region"], second["sector"]) == ("brussels_gewest", "private")
    assert (third["to"], third["full_time_weekly_hours"]) == (None, 40)
    assert [period["value"] for period in third["fraction"]] == [1, Decimal("0.9"), Decimal("0.8")] or third[
        "fraction"
    ]
    assert third["fraction"][-1]["to"] is None
    assert third["weekly_hours"] == third["fraction"][-1]["value"] * 40


def test_cancelled_and_replaced_declarations_do_not_count() -> None:
    body = reply("employment")
    cancelled = body.replace(b"<Status><Code>0</Code>", b"<Status><Code>2</Code>")
    replaced = body.replace(b"</Identificatie>", b"</Identificatie><Versie><Volgende>9</Volgende></Versie>")
    assert jobs(cancelled) == jobs(replaced) == []


def test_a_code_that_is_not_in_the_tables_is_unknown() -> None:
    body = reply("employment")
    body = body.replace(b"<Kerngetal>495<", b"<Kerngetal>999<").replace(
        b"<SectorIndicator>PRI<", b"<SectorIndicator>XYZ<"
    )
    body = re.sub(rb"<NISCode>\d+<", b"<NISCode>99999999<", body)
    for job in jobs(body):
        assert not {"kind", "sector", "workplace_region"} & set(job)


def test_hours_that_are_not_declared_leave_the_share_unknown() -> None:
    body = re.sub(rb"<Werknemer>\d+</Werknemer>", b"", reply("employment"))
    assert all("fraction" not in job and "weekly_hours" not in job for job in jobs(body))


def test_a_gap_ends_a_job_and_silence_too() -> None:
    insz = people()["dieter_smets"].insz
    held = people()["dieter_smets"].registers["employment"]
    found = jobs(SOURCES["employment"].demo(insz, held, TODAY), insz)
    assert [(job["from"], job["to"]) for job in found] == [("2019-01-07", "2026-06-30"), ("2026-10-05", None)]
    # A year later nothing more was declared: the reply is of that day, the last quarter is old.
    late = SOURCES["employment"].demo(insz, held, TODAY).replace(b"<Datum>2026-11-28", b"<Datum>2027-11-28")
    assert jobs(late, insz)[-1]["to"] == "2026-12-31"


def test_two_contracts_at_once_stay_two_jobs() -> None:
    rachid = people()["rachid_ouali"]
    found = jobs(SOURCES["employment"].demo(rachid.insz, rachid.registers["employment"], TODAY), rachid.insz)
    assert [(job["joint_committee"], job["fraction"][-1]["value"]) for job in found] == [
        ("121", Decimal("0.4")),
        ("302", Decimal("0.3")),
    ]


def test_an_occupation_outside_its_quarter_is_refused() -> None:
    body = reply("employment").replace(b"<Kwartaal>20164<", b"<Kwartaal>20071<")
    with pytest.raises(Malformed, match="quarter"):
        jobs(body)


# --- people, and refusals -------------------------------------------------------------------------------------


def test_residence_follows_the_municipalities() -> None:
    answer = SOURCES["population_register"].read(reply("population_register"), PIETER.insz)
    said = {s.path: s.value for s in answer.statements if s.path != "person.residence"}
    assert said == {"person.birth_date": "1980-01-09", "person.moved_from_other_eea": False}
    assert [s.value for s in answer.statements if s.path == "person.residence"] == PIETER.registers[
        "population_register"
    ]["person.residence"]


def test_neighbouring_municipalities_of_a_region_are_one_period() -> None:
    body = reply("population_register").replace(b"<NISCode>21004<", b"<NISCode>11002<")
    answer = SOURCES["population_register"].read(body, PIETER.insz)
    assert [s.value for s in answer.statements if s.path == "person.residence"] == [
        {"from": "1980-01-09", "to": None, "region": "vlaams_gewest"}
    ]


def test_a_place_nobody_knows_has_no_region() -> None:
    body = reply("population_register").replace(b"<NISCode>21004<", b"<NISCode>00000<")
    answer = SOURCES["population_register"].read(body, PIETER.insz)
    said = {s.path: s.value for s in answer.statements if s.path != "person.residence"}
    assert "person.moved_from_other_eea" not in said
    assert [s.value.get("region") for s in answer.statements if s.path == "person.residence"] == [
        "vlaams_gewest",
        None,
        "vlaams_gewest",
    ]


def test_who_came_from_another_country_of_the_eea() -> None:
    giulia = people()["giulia_rossi"]
    source = SOURCES["population_register"]
    answer = source.read(
        source.demo(giulia.insz, giulia.registers["population_register"], TODAY), giulia.insz
    )
    assert Statement("person.moved_from_other_eea", value=True) in answer.statements


@pytest.mark.parametrize(
    "register", ["population_register", "employment", "self_employment", "learning_credentials"]
)
def test_a_refusal_is_not_nobody(register: str) -> None:
    body = SOURCES[register].demo(STRANGER, None, TODAY)
    body = body.replace(b"Geen gegevens gevonden voor de vraag", b"Geen toegang")
    fault = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault/></s:Body></s:Envelope>'
    for refused in (body, fault):
        with pytest.raises(Unreachable):
            SOURCES[register].read(refused, STRANGER)


@pytest.mark.parametrize(
    ("register", "change"),
    [
        ("benefits", (b"unemployment_temporary", b"lottery")),
        ("benefits", (b'"children_on_benefit": 1', b'"children_on_benefit": -1')),
        ("benefits", (b'"children_on_benefit": 1', b'"children_on_benefit": true')),
        ("benefits", (b'"known": true', b'"known": "yes"')),
        ("benefits", (b'"known": true', b'"known": true, "income": 1')),
        ("rights_used", (b'"minutes": 960', b'"minutes": "960"')),
        ("rights_used", (b'"minutes": 960', b'"minutes": 9.5')),
        ("rights_used", (b'"minutes": 960', b'"minutes": -1')),
        ("rights_used", (b'"initiative": "own"', b'"initiative": "mine"')),
        ("rights_used", (b"cursus-2017-10", b"x" * 65)),
        ("rights_used", (b'"vouchers": 2', b'"vouchers": [2]')),
        ("rights_used", (b'"used": [', b'"used": [7, ')),
    ],
)
def test_our_own_form_is_checked(register: str, change: tuple[bytes, bytes]) -> None:
    body = reply(register)
    assert change[0] in body
    with pytest.raises(NoAnswer) as refused:
        SOURCES[register].read(body.replace(*change), PIETER.insz)
    assert refused.value.outcome == "malformed"
