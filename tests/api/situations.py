"""Situations that the doors are tried with: the one of the contract, and every kind that must be refused."""

import json
from typing import Any

CONTRACT: dict[str, Any] = {
    "as_of": "2021-10-15",
    "person": {
        "birth_date": "1985-04-12",
        "residence": [{"from": "2010-01-01", "to": None, "region": "vlaams_gewest"}],
        "moved_from_other_eea": False,
        "highest_diploma": "secundair",
        "lives_alone": True,
        "children_on_benefit": 1,
        "benefits": [{"from": "2009-01-01", "to": "2009-03-01", "kind": "unemployment_full"}],
        "career_days": 4000,
    },
    "jobs": [
        {
            "from": "2015-09-01",
            "to": None,
            "kind": "employee",
            "sector": "private",
            "workplace_region": "vlaams_gewest",
            "joint_committee": "200",
            "fraction": [{"from": "2015-09-01", "to": None, "value": 0.8}],
            "weekly_hours": 30.4,
            "full_time_weekly_hours": 38,
            "schedule": "fixed",
            "apprentice_hours_per_month": None,
            "employer_fte": 14.0,
            "monthly_gross_cents": 310000,
        }
    ],
    "guidance": [
        {
            "from": "2018-02-01",
            "to": "2018-05-01",
            "instrument": "loopbaancheques",
            "minutes": 420,
            "vouchers": 2,
            "pop_signed_on": "2018-05-01",
            "pop_courses": ["course-1"],
        }
    ],
    "used": [
        {
            "instrument": "vlaams_opleidingsverlof",
            "on": "2021-09-20",
            "initiative": "own",
            "minutes": 1800,
            "cents": None,
            "course": "course-0",
        }
    ],
    "course": {
        "id": "course-1",
        "start": "2021-10-20",
        "end": "2022-06-30",
        "provider_kind": "cvo",
        "provider_registered": True,
        "odb": [{"from": "2019-09-01", "to": None}],
        "odb_label_opleidingskrediet": False,
        "counted_in": "lesson_hours",
        "contact_minutes": 3600,
        "lestijden": None,
        "credits": None,
        "exams": None,
        "evc_competences": None,
        "contact_teaching": True,
        "excluded_activity": "none",
        "leads_to": "none",
        "qualification_level": None,
        "first_diploma_of_level": None,
        "teaches": [],
        "enrolment_contract": "not_applicable",
        "coinciding_minutes": None,
        "attended_minutes": None,
        "price_cents": 30000,
        "paid_by": "worker",
        "initiative": "own",
    },
    "interruption": {
        "from": "2021-10-01",
        "kind": "full",
        "fraction_before": 1.0,
        "rva_allowance": True,
        "applied_on": "2021-11-10",
    },
    "request": {"hours": 6, "quota_reached": False},
}


def situation(**changes: Any) -> bytes:
    """The situation of the contract, with other groups in the place of its own."""
    return json.dumps({**CONTRACT, **changes}).encode()


def _with(text: str) -> bytes:
    return ('{"as_of": "2021-10-15", ' + text + "}").encode("utf-8", "surrogatepass")


# What is wrong: the document, and the path that the refusal names first.
REFUSED: dict[str, tuple[bytes, str]] = {
    "only white space": (b" \n\t ", "$"),
    "no object": (b"[]", "$"),
    "a number": (b"1", "$"),
    "no as_of": (b"{}", "$.as_of"),
    "as_of null": (b'{"as_of": null}', "$.as_of"),
    "not JSON": (b"as_of: 2021-10-15", "$"),
    "cut off": (b'{"as_of": "2021-10-15"', "$"),
    "two documents on one line": (b'{"as_of": "2021-10-15"} {"as_of": "2021-10-15"}', "$"),
    "unknown key": (_with('"salary": 1'), "$.salary"),
    "unknown key of an object": (_with('"person": {"name": "An"}'), "$.person.name"),
    "unknown key of a list": (_with('"jobs": [{}, {"title": "x"}]'), "$.jobs[1].title"),
    "unknown key of an interval": (_with('"course": {"odb": [{"until": null}]}'), "$.course.odb[0].until"),
    "a text for a truth": (_with('"person": {"lives_alone": "yes"}'), "$.person.lives_alone"),
    "a truth for a number": (_with('"person": {"career_days": true}'), "$.person.career_days"),
    "a text for a number": (_with('"course": {"price_cents": "300"}'), "$.course.price_cents"),
    "a part of a cent": (_with('"course": {"price_cents": 300.5}'), "$.course.price_cents"),
    "a list for an object": (_with('"person": []'), "$.person"),
    "an object for a list": (_with('"jobs": {}'), "$.jobs"),
    "null in a list": (_with('"jobs": [null]'), "$.jobs[0]"),
    "wrong code": (_with('"person": {"highest_diploma": "phd"}'), "$.person.highest_diploma"),
    "wrong code of a set": (_with('"course": {"teaches": ["cooking"]}'), "$.course.teaches"),
    "a code twice": (_with('"course": {"teaches": ["nt2", "nt2"]}'), "$.course.teaches"),
    "a day that does not exist": (b'{"as_of": "2021-02-30"}', "$.as_of"),
    "a day of another calendar": (b'{"as_of": "2021-W41-5"}', "$.as_of"),
    "a day with a time": (b'{"as_of": "2021-10-15T00:00:00"}', "$.as_of"),
    "a day in other digits": ('{"as_of": "٢٠٢١-١٠-١٥"}'.encode(), "$.as_of"),
    "a day before all law": (b'{"as_of": "0001-01-01"}', "$.as_of"),
    "a day as a number": (b'{"as_of": 20211015}', "$.as_of"),
    "interval reversed": (
        _with('"person": {"residence": [{"from": "2021-01-02", "to": "2021-01-01"}]}'),
        "$.person.residence[0].to",
    ),
    "job reversed": (_with('"jobs": [{"from": "2021-01-02", "to": "2021-01-01"}]'), "$.jobs[0].to"),
    "course reversed": (_with('"course": {"start": "2021-01-02", "end": "2021-01-01"}'), "$.course.end"),
    "below its least": (_with('"course": {"price_cents": -1}'), "$.course.price_cents"),
    "a share above one": (
        _with('"jobs": [{"fraction": [{"from": "2020-01-01", "to": null, "value": 1.01}]}]'),
        "$.jobs[0].fraction[0].value",
    ),
    "integer too big": (_with('"course": {"price_cents": 9007199254740992}'), "$.course.price_cents"),
    "integer beyond all machines": (
        _with(f'"course": {{"price_cents": {"9" * 400}}}'),
        "$.course.price_cents",
    ),
    "more digits than can be read": (_with(f'"course": {{"price_cents": {"9" * 9000}}}'), "$"),
    "huge exponent": (_with('"course": {"price_cents": 1e999999}'), "$.course.price_cents"),
    "exponent beyond decimals": (_with('"course": {"price_cents": 1e99999999999999999999}'), "$"),
    "tiny exponent": (_with('"jobs": [{"weekly_hours": 1e-999999}]'), "$.jobs[0].weekly_hours"),
    "NaN": (_with('"course": {"price_cents": NaN}'), "$"),
    "Infinity": (_with('"course": {"price_cents": -Infinity}'), "$"),
    "double key": (b'{"as_of": "2021-10-15", "as_of": "2021-10-16"}', "$"),
    "double key within": (_with('"person": {"lives_alone": true, "lives_alone": false}'), "$"),
    "byte order mark": (b'\xef\xbb\xbf{"as_of": "2021-10-15"}', "$"),
    "UTF-16": ('{"as_of": "2021-10-15"}'.encode("utf-16"), "$"),
    "invalid UTF-8": (b'{"as_of": "2021-10-15", "course": {"id": "\xff"}}', "$"),
    "lone surrogate": (_with('"course": {"id": "\\ud800"}'), "$.course.id"),
    "lone surrogate as key": (_with('"\\udfff": 1'), "$.?"),
    "surrogate in bytes": (_with('"course": {"id": "\ud800"}'), "$"),
    "NUL": (_with('"course": {"id": "a\\u0000b"}'), "$.course.id"),
    "NUL as a byte": (b'{"as_of": "2021-10-15"}\x00', "$"),
    "text too long": (_with(f'"course": {{"id": "{"x" * 65}"}}'), "$.course.id"),
    "too many items": (_with(f'"jobs": [{",".join(["{}"] * 1001)}]'), "$.jobs"),
    "100,000 brackets": (b"[" * 100_000, "$"),
    "100,000 objects": (b'{"as_of":' * 100_000, "$"),
    "deep below a key": (_with('"person": ' + "[" * 600 + "]" * 600), "$.person"),
}
