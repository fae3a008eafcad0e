"""A law is checked when it is read; every refusal names the place, and both places where two are involved."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.rules.invented import condition, figure, folder, four, law
from tests.rules.people import day, finding

from leerrekening.rules.decide import Engine
from leerrekening.rules.facts import DeclarationError


def refuse(reason: str, *folders: dict[str, Any]) -> str:
    """The refusal of a law, which must have these words."""
    with pytest.raises(DeclarationError, match=re.escape(reason)) as refused:
        law(*folders)
    return str(refused.value)


def versions(*pairs: tuple[str | None, str | None, str], **more: Any) -> dict[str, Any]:
    return {
        "id": "X1",
        "text": four("x"),
        "source": {"tags": ["T1"]},
        "versions": [{"from": a, "to": b, "expr": e} for a, b, e in pairs],
        **more,
    }


def test_a_law_that_is_well_formed() -> None:
    other = folder("andere", "a", head={"block": "guidance", "unit": "voucher"})
    shared = folder("begrip", "s", definitions=[{"id": "old", "expr": "person.lives_alone"}])
    for key in ("block", "unit"):
        shared["instrument"].pop(key)
    bon = folder(
        conditions=[
            condition("X1", "begrip.old", confidence="low", conflicts=["C-1"], refines=["X2"]),
            condition("X2", "True", source={"act": "act_1", "article": 3, "tags": ["T1"]}),
        ],
        head={
            "cumulation": [{"with": "andere", "verdict": "unknown", "text": four("x")}],
            "history": [{"date": "2020-01-01", "text": four("b")}, {"date": "2015-01-01", "text": four("a")}],
            "how_to_apply": four("ask"),
        },
        notes=[
            {
                "id": "N1",
                "text": four("n"),
                "source": {"tags": ["T1"]},
                "from": "2020-01-01",
                "to": "2020-12-31",
            }
        ],
    )
    built = law(other, shared, bon)
    assert list(built.instruments) == ["bon", "andere"], "money before guidance"
    assert list(built.notions) == ["begrip"]
    assert built.owner("begrip") is built.notions["begrip"]
    read = built.owner("bon")
    assert [event.text["nl"] for event in read.history] == ["a", "b"]
    assert read.words["how_to_apply"]["en"] == "ask"
    cited = read.condition("X2").citation
    assert cited is not None
    assert (cited.act, cited.article, cited.confidence) == (read.acts["act_1"], "3", "medium")
    assert read.condition("X1").refines == ("X2",)
    with pytest.raises(KeyError):
        read.condition("X9")


def test_two_versions_on_one_day() -> None:
    said = refuse(
        "two versions are valid on 2020-01-01",
        folder(conditions=[versions(("2015-01-01", "2020-01-01", "True"), ("2020-01-01", None, "False"))]),
    )
    assert "bon, rule X1" in said
    assert "the one from 2015-01-01 to 2020-01-01" in said
    assert "the one from 2020-01-01 to open" in said


def test_rules_in_a_circle() -> None:
    circle = [{"id": name, "expr": expr} for name, expr in (("a", "b"), ("b", "c"), ("c", "a"))]
    refuse("in a circle: bon.a -> bon.b -> bon.c -> bon.a", folder(definitions=circle))
    refuse("in a circle: bon.a -> bon.a", folder(definitions=[{"id": "a", "expr": "not a"}]))
    one = folder(definitions=[{"id": "a", "expr": "andere.b"}])
    two = folder("andere", "z", definitions=[{"id": "b", "expr": "bon.a"}])
    refuse("bon.a -> andere.b -> bon.a", one, two)


def test_a_rule_without_a_version_on_some_day() -> None:
    short = {"id": "a", "from": "2015-01-01", "to": "2019-12-31", "expr": "True"}
    later = {"id": "b", "from": "2015-01-01", "expr": "a"}
    said = refuse("it needs a on 2020-01-01", folder(definitions=[short, later]))
    assert "bon, rule b" in said
    assert "bon, rule a, has no version in force on that day" in said
    hole = {
        "id": "a",
        "versions": [
            {"from": "2015-01-01", "to": "2016-12-31", "expr": "True"},
            {"from": "2017-01-02", "expr": "True"},
        ],
    }
    refuse("it needs a on 2017-01-01", folder(definitions=[hole, later]))
    law(folder(definitions=[short, {**later, "to": "2019-12-31"}]))
    elsewhere = folder("andere", "z", definitions=[{"id": "b", "expr": "bon.a"}])
    law(folder(definitions=[short]), elsewhere)


def exceptions(*items: dict[str, Any]) -> dict[str, Any]:
    full = [{"when": "person.lives_alone", "source": {"tags": ["T1"]}, **item} for item in items]
    return condition("X1", "b.money > 0", exceptions=full)


def test_exceptions_need_a_priority_that_is_theirs_alone() -> None:
    figures = [figure("b.money", "euro", {"value": 5})]
    said = refuse(
        "exception E1: it needs a priority",
        folder(figures=figures, conditions=[exceptions({"id": "E1", "expr": "True"})]),
    )
    assert "bon, rule X1" in said
    for priority in ("1", True, 1.0):
        refuse(
            "it needs a priority",
            folder(
                figures=figures, conditions=[exceptions({"id": "E1", "expr": "True", "priority": priority})]
            ),
        )
    refuse(
        "the exceptions E1 and E2 have the same priority 1",
        folder(
            figures=figures,
            conditions=[
                exceptions(
                    {"id": "E1", "expr": "True", "priority": 1}, {"id": "E2", "expr": "True", "priority": 1}
                )
            ],
        ),
    )
    refuse(
        "expected boolean, found cent",
        folder(figures=figures, conditions=[exceptions({"id": "E1", "expr": "b.money", "priority": 1})]),
    )
    unsourced = exceptions({"id": "E1", "expr": "True", "priority": 1, "source": None})
    refuse("exception E1: no source", folder(figures=figures, conditions=[unsourced]))


@pytest.mark.parametrize(
    ("alone", "children", "verdict"),
    [(True, 2, "yes"), (True, 0, "no"), (False, 2, "yes"), (False, 0, "no")],
)
def test_the_highest_priority_decides(alone: bool, children: int, verdict: str) -> None:
    rule = condition(
        "X1",
        "False",
        exceptions=[
            {
                "id": "E2",
                "priority": 2,
                "when": "person.children_on_benefit > 1",
                "expr": "True",
                "source": {"tags": ["T1"]},
            },
            {
                "id": "E1",
                "priority": 1,
                "when": "person.lives_alone",
                "expr": "False",
                "source": {"tags": ["T1"]},
            },
        ],
    )
    engine = Engine(law(folder(conditions=[rule])))
    person = {"lives_alone": alone, "children_on_benefit": children}
    assert finding(engine, {"as_of": "2022-01-01", "person": person}).verdict == verdict


BROKEN: dict[str, tuple[Callable[[], list[dict[str, Any]]], str]] = {
    "no source": (
        lambda: [folder(conditions=[condition("X1", "True", source=None)])],
        "bon, rule X1: no source; every rule of the law needs one",
    ),
    "no tags": (
        lambda: [folder(conditions=[condition("X1", "True", source={"tags": []})])],
        "bon, rule X1: no source",
    ),
    "unknown tag": (
        lambda: [folder(conditions=[condition("X1", "True", source={"tags": ["T9"]})])],
        "the source 'T9' is not listed in instrument.yaml",
    ),
    "unknown act": (
        lambda: [folder(conditions=[condition("X1", "True", source={"act": "no", "tags": ["T1"]})])],
        "the act 'no' is not listed in instrument.yaml",
    ),
    "confidence": (
        lambda: [folder(conditions=[condition("X1", "True", confidence="sure")])],
        "confidence must be one of high, medium, low",
    ),
    "conflict": (
        lambda: [folder(conditions=[condition("X1", "True", conflicts=["C-9"])])],
        "bon, rule X1: 'C-9' is not listed in instrument.yaml",
    ),
    "conflict of a version": (
        lambda: [folder(conditions=[{**versions(), "versions": [{"expr": "True", "conflicts": ["C-9"]}]}])],
        "bon, rule X1: 'C-9' is not listed",
    ),
    "no text": (
        lambda: [folder(conditions=[{"id": "X1", "expr": "True", "source": {"tags": ["T1"]}}])],
        "bon, rule X1, text: expected a text in nl, fr, de, en",
    ),
    "one language": (
        lambda: [folder(conditions=[condition("X1", "True", text={"nl": "x"})])],
        "the text in 'fr' is missing",
    ),
    "a number as condition": (
        lambda: [folder(conditions=[condition("X1", "day - as_of")])],
        "a condition is yes or no, this one is day",
    ),
    "both forms": (
        lambda: [folder(conditions=[{**versions((None, None, "True")), "expr": "True"}])],
        "give either expr or versions, not both",
    ),
    "units of versions": (
        lambda: [
            folder(
                definitions=[
                    {
                        "id": "a",
                        "versions": [
                            {"to": "2019-12-31", "expr": "True"},
                            {"from": "2020-01-01", "expr": "day"},
                        ],
                    }
                ]
            )
        ],
        "its versions have different units",
    ),
    "end before start": (
        lambda: [folder(conditions=[condition("X1", "True", **{"from": "2020-01-02", "to": "2020-01-01"})])],
        "ends on 2020-01-01, before it starts on 2020-01-02",
    ),
    "unknown key": (
        lambda: [folder(conditions=[condition("X1", "True", colour="red")])],
        "unknown key 'colour'",
    ),
    "twice a rule": (
        lambda: [folder(conditions=[condition("X1", "True")], definitions=[{"id": "X1", "expr": "True"}])],
        "bon: two rules are called X1",
    ),
    "twice a figure": (
        lambda: [folder(figures=[figure("b.x", "day", {"value": 1})] * 2)],
        "the figure b.x stands twice in parameters.yaml",
    ),
    "prefix": (
        lambda: [folder(figures=[figure("z.x", "day", {"value": 1})])],
        "bon, figure z.x: its id must begin with b.",
    ),
    "twice an id": (lambda: [folder(), folder(prefix="c")], "two folders have the id 'bon': bon and bon"),
    "twice a prefix": (
        lambda: [folder(), folder("andere")],
        "two folders have the prefix 'b': bon and andere",
    ),
    "refines": (
        lambda: [folder(conditions=[condition("X1", "True", refines=["X9"])])],
        "bon, rule X1: 'X9' is no condition of this instrument",
    ),
    "presumes": (
        lambda: [folder(conditions=[condition("X1", "True", presumes=["X9"])])],
        "'X9' is no condition",
    ),
    "block": (lambda: [folder(head={"block": "luck"})], "bon: block must be one of money, time, guidance"),
    "unit": (lambda: [folder(head={"unit": "franc"})], "bon: unit must be one of cent, minute, voucher"),
    "no conditions": (
        lambda: [{**folder(), "rules": {"decisive_day": "as_of"}}],
        "bon: no conditions in rules.yaml; without one everybody would have the right",
    ),
    "no existence": (lambda: [{**folder(), "parameters": None}], "the figure b.existence is missing"),
    "no head": (lambda: [{**folder(), "instrument": ["x"]}], "expected a mapping, found list"),
    "no summary": (lambda: [folder(head={"summary": None})], "bon, summary"),
    "cumulation verdict": (
        lambda: [folder(head={"cumulation": [{"with": "bon", "verdict": "maybe", "text": four("x")}]})],
        "bon, cumulation with bon: the verdict must be one of allowed, forbidden, unknown",
    ),
    "cumulation source": (
        lambda: [folder(head={"cumulation": [{"with": "bon", "verdict": "allowed", "text": four("x")}]})],
        "allowed needs a source; without one it is unknown",
    ),
    "cumulation with nobody": (
        lambda: [folder(head={"cumulation": [{"with": "nobody", "verdict": "unknown", "text": four("x")}]})],
        "bon, cumulation: there is no instrument 'nobody'",
    ),
    "decisive day": (lambda: [folder(decisive_day="5")], "bon, decisive_day: expected date, found plain"),
    "outcome key": (lambda: [folder(outcome={"wish": {}})], "bon, outcome: unknown key 'wish'"),
    "amount": (lambda: [folder(outcome={"award": "x"})], "bon, award: expected a mapping"),
    "amount unit": (
        lambda: [folder(outcome={"award": {"unit": "minute", "value": "course.price_cents"}})],
        "bon, award, value: expected minute, found cent",
    ),
    "counter unit": (
        lambda: [folder(outcome={"counters": [{"unit": "cent", "value": "course.credits"}]})],
        "bon, counters 1, value: expected cent, found credit",
    ),
    "price unit": (
        lambda: [folder(outcome={"price": {"now": "course.credits"}})],
        "bon, price, now: expected cent, found credit",
    ),
    "pays when": (
        lambda: [folder(outcome={"pays": [{"unit": "cent", "value": "0", "when": "day"}]})],
        "bon, pays 1, when: expected boolean, found date",
    ),
    "period": (
        lambda: [folder(outcome={"right": {"unit": "cent", "value": "0", "period": {"from": "0"}}})],
        "bon, right, period_from: expected date, found plain",
    ),
    "limit": (
        lambda: [folder(limits=[{"id": "l", "when": "True"}])],
        "bon, limit: the key 'text' is missing",
    ),
    "limit when": (
        lambda: [folder(limits=[{"id": "l", "text": four("x"), "when": "day"}])],
        "bon, limit l: expected boolean, found date",
    ),
    "note": (
        lambda: [folder(notes=[{"id": "n", "text": four("x"), "source": None}])],
        "bon, note n: no source",
    ),
    "history": (
        lambda: [folder(head={"history": [{"date": "soon", "text": four("x")}]})],
        "bon, history: soon is no date",
    ),
    "act": (lambda: [folder(head={"acts": [{"id": "a", "title": {"nl": "x"}}]})], "bon, act a"),
    "conflict in head": (
        lambda: [folder(head={"conflicts": [{"id": "C-2", "kind": "gap", "matter": four("x")}]})],
        "bon, conflict: the key 'treatment' is missing",
    ),
    "source in head": (lambda: [folder(head={"sources": {"T1": {"title": "x"}}})], "bon, source T1: the key"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_law_that_is_not_well_formed(what: str) -> None:
    make, reason = BROKEN[what]
    refuse(reason, *make())


def test_a_voucher_is_counted() -> None:
    right = {"unit": "voucher", "value": "guidance_count", "period": {"kind": "'career'"}}
    built = law(
        folder(
            figures=[figure("b.n", "count", {"value": 2})],
            definitions=[{"id": "guidance_count", "expr": "b.n"}],
            outcome={"right": right},
            head={"block": "guidance", "unit": "voucher"},
        )
    )
    amount = built.instruments["bon"].outcome.right
    assert amount is not None
    assert set(amount.parts) == {"value", "period_kind"}


def test_versions_by_day() -> None:
    built = law(
        folder(conditions=[versions(("2020-01-01", None, "False"), ("2015-01-01", "2018-12-31", "True"))])
    )
    rule = built.instruments["bon"].condition("X1")
    for text, found in (
        ("2014-12-31", None),
        ("2015-01-01", "True"),
        ("2018-12-31", "True"),
        ("2019-01-01", None),
        ("2020-01-01", "False"),
    ):
        version = rule.version_on(day(text))
        assert (version and version.source_text) == found
