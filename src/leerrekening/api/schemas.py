"""JSON Schemas of what the API answers with, made for the law at hand."""

from __future__ import annotations

from typing import Any, Final

from leerrekening.rules.decide import ENDED, IN_FORCE, NO, NOT_YET, PROPOSED, UNCONFIRMED, UNDECIDED, YES
from leerrekening.rules.facts import ASKED_OF, LANGUAGES
from leerrekening.rules.instruments import BLOCKS, CUMULATIONS, RIGHT_UNITS, Law
from leerrekening.rules.parameters import CONFIDENCES

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
NUMBER_OR_NULL: Final[Schema] = {"type": ["number", "null"]}
DAY: Final[Schema] = {"type": "string", "format": "date"}
DAY_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date"}
STATUSES: Final = (IN_FORCE, UNCONFIRMED, PROPOSED, NOT_YET, ENDED)
VERDICTS: Final = (YES, NO, UNDECIDED)


def ref(name: str) -> Schema:
    """A schema by its name among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def one_of(*codes: str) -> Schema:
    """One of some codes."""
    return {"enum": list(codes)}


def list_of(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def closed(description: str, optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """An object with just these properties, all there but the optional ones. A final _ of a name is dropped."""
    named = {key.rstrip("_"): value for key, value in properties.items()}
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": [key for key in named if key not in optional],
        "properties": named,
    }


def decision_schemas(law: Law) -> dict[str, Schema]:
    """The schemas of a decision document."""
    unit = one_of(*RIGHT_UNITS)
    amount = {
        "type": "object",
        "required": ["unit", "value"],
        "properties": {
            "unit": unit,
            "value": NUMBER_OR_NULL,
            "used": NUMBER_OR_NULL,
            "left": NUMBER_OR_NULL,
            "net": NUMBER_OR_NULL,
            "per": TEXT,
            "initiative": TEXT,
        },
    }
    pays = {**amount["properties"], "to": TEXT, "what": TEXT}  # type: ignore[dict-item] # properties is a mapping
    period = closed("The period of a right.", kind=TEXT_OR_NULL, from_=DAY_OR_NULL, to=DAY_OR_NULL)
    right = {**amount["properties"], "period": period}  # type: ignore[dict-item] # the same
    return {
        "Text": closed("The same words in each language.", **dict.fromkeys(LANGUAGES, TEXT)),
        "Amount": {**amount, "description": "An amount; null where a missing fact leaves it open."},
        "Payment": {**amount, "required": ["to", "unit", "value", "what"], "properties": pays},
        "Right": {**amount, "required": ["unit", "value", "used", "left", "period"], "properties": right},
        "Citation": closed(
            "Where a rule stands, and how sure the reading is.",
            act=TEXT_OR_NULL,
            article=TEXT_OR_NULL,
            url=TEXT,
            confidence=one_of(*CONFIDENCES),
            tags=list_of(TEXT),
        ),
        "Margin": closed(
            "What is short, and the day on which time alone makes it good.",
            ("met_on",),
            unit=TEXT,
            short_by={"type": "number"},
            met_on=DAY,
        ),
        "Condition": closed(
            "A condition of the law, as it turned out.",
            id=TEXT,
            verdict=one_of(*VERDICTS),
            text=ref("Text"),
            source=ref("Citation"),
            facts={"type": "object", "description": "What is known of the person, by path."},
            margin=or_null(ref("Margin")),
        ),
        "Stated": closed(
            "Something the law asks that was not decided.", id=TEXT, text=ref("Text"), source=ref("Citation")
        ),
        "Limit": closed(
            "Why the award is smaller than one might expect.",
            ("unit", "value"),
            id=TEXT,
            text=ref("Text"),
            unit=TEXT,
            value={},
        ),
        "Missing": closed(
            "A fact that keeps an outcome open.",
            ("at",),
            fact=one_of(*law.facts.facts, *law.facts.groups),
            at=TEXT,
            question=ref("Text"),
            ask=one_of(*sorted(ASKED_OF)),
        ),
        "InstrumentDecision": _instrument_decision(law, unit),
        "LawVersion": closed("The text of the law and the program that read it.", version=TEXT, engine=TEXT),
        "Decision": closed(
            "What the law says for one person on one day.",
            as_of=DAY,
            law=ref("LawVersion"),
            instruments=list_of(ref("InstrumentDecision")),
        ),
    }


def _instrument_decision(law: Law, unit: Schema) -> Schema:
    cents = NUMBER_OR_NULL
    return closed(
        "One right: `status` speaks of the law, `verdict` of the person.",
        ("last_confirmed",),
        id=one_of(*law.instruments),
        name=ref("Text"),
        status=one_of(*STATUSES),
        verdict=one_of(*VERDICTS),
        right=or_null(ref("Right")),
        counters=list_of(ref("Amount")),
        award=or_null(ref("Amount")),
        pays=list_of(ref("Payment")),
        price=closed(
            "What the person pays now, gets back, and pays in the end.",
            now_cents=cents,
            refund_later_cents=cents,
            person_cents=cents,
        ),
        deciding=list_of(TEXT),
        requirements=list_of(ref("Stated")),
        notes=list_of(ref("Stated")),
        limits=list_of(ref("Limit")),
        conditions=list_of(ref("Condition")),
        missing=list_of(ref("Missing")),
        unconfirmed=list_of(
            closed("A figure no source confirms for its day.", parameter=TEXT, last_confirmed=DAY_OR_NULL)
        ),
        conflicts=list_of(TEXT),
        last_confirmed=closed(
            "What the last confirmed rules would give: useful, never a decision. Only when status is unconfirmed.",
            until=DAY_OR_NULL,
            verdict=one_of(*VERDICTS),
            right=or_null(ref("Right")),
            award=or_null(ref("Amount")),
        ),
    )


def other_schemas() -> dict[str, Schema]:
    """The schemas of problems, facts, instruments and health."""
    loose: Schema = {"type": "object"}
    case_source = closed("Its sources, or a reading of our own.", tags=list_of(TEXT), reading=TEXT_OR_NULL)
    rule = closed(
        "A condition or definition, with its versions through time.",
        id=TEXT,
        text=or_null(ref("Text")),
        source=or_null(ref("Citation")),
        conflicts=list_of(TEXT),
        refines=list_of(TEXT),
        presumes=list_of(TEXT),
        versions=list_of(
            closed(
                "What it says from a day to a day; null: always, or no end known.",
                from_=DAY_OR_NULL,
                to=DAY_OR_NULL,
                expression=TEXT,
                text=or_null(ref("Text")),
                conflicts=list_of(TEXT),
            )
        ),
    )
    value = closed(
        "A value of a figure, in `rule_unit`; null where no source gives it.",
        from_=DAY_OR_NULL,
        to=DAY_OR_NULL,
        value={},
        last_confirmed=DAY_OR_NULL,
        end_unknown={"type": "boolean"},
        confidence=one_of(*CONFIDENCES),
        sources=list_of(TEXT),
        note=or_null(ref("Text")),
    )
    head = {
        "id": TEXT,
        "name": ref("Text"),
        "summary": ref("Text"),
        "block": one_of(*BLOCKS),
        "unit": one_of(*RIGHT_UNITS),
        "existence": list_of(ref("FigureValue")),
    }
    return {
        "Problem": closed(
            "What is wrong (RFC 9457).",
            ("errors",),
            type=TEXT,
            title=TEXT,
            status={"type": "integer"},
            detail=TEXT,
            errors=list_of(
                closed("A place that is wrong.", path=TEXT, value={"description": "As given."}, allowed=TEXT)
            ),
        ),
        "Facts": closed(
            "What can be told about a person.",
            law=TEXT,
            schema=loose,
            topics=list_of(loose),
            groups=list_of(loose),
            facts=list_of(loose),
        ),
        "FigureValue": value,
        "Rule": rule,
        "Figure": closed(
            "A figure of the law; with a day only the value of that day and whether it is confirmed.",
            ("confirmed", "last_confirmed"),
            id=TEXT,
            name=ref("Text"),
            unit=TEXT,
            rule_unit=TEXT,
            conflicts=list_of(TEXT),
            informative=or_null(ref("Text")),
            values=list_of(ref("FigureValue")),
            confirmed={"type": "boolean"},
            last_confirmed=DAY_OR_NULL,
        ),
        "InstrumentHead": closed("An instrument in short.", **head),
        "Instruments": closed("Every instrument.", law=TEXT, instruments=list_of(ref("InstrumentHead"))),
        "Instrument": closed(
            "Everything the law says about one instrument.",
            ("authority", "who_pays_whom", "decisive_day", "how_to_apply"),
            law=TEXT,
            on=DAY_OR_NULL,
            status=or_null(one_of(*STATUSES)),
            **head,
            **dict.fromkeys(("authority", "who_pays_whom", "decisive_day", "how_to_apply"), ref("Text")),
            acts=list_of(
                closed("A legal act.", id=TEXT, title=ref("Text"), date=DAY_OR_NULL, url=TEXT_OR_NULL)
            ),
            sources={
                "type": "object",
                "additionalProperties": closed("A page that was read.", title=TEXT, url=TEXT, kind=TEXT),
            },
            conditions=list_of(ref("Rule")),
            definitions=list_of(ref("Rule")),
            limits=list_of(closed("Why an award is smaller.", id=TEXT, text=ref("Text"))),
            notes=list_of(
                closed(
                    "A condition that no fact establishes.",
                    id=TEXT,
                    from_=DAY_OR_NULL,
                    to=DAY_OR_NULL,
                    text=ref("Text"),
                    source=ref("Citation"),
                )
            ),
            figures=list_of(ref("Figure")),
            conflicts=list_of(
                closed(
                    "A conflict between sources, a gap, or a reading of our own.",
                    id=TEXT,
                    kind=TEXT,
                    matter=ref("Text"),
                    treatment=ref("Text"),
                    look_up=or_null(ref("Text")),
                    sources=list_of(TEXT),
                )
            ),
            cumulation=list_of(
                closed(
                    "Whether it may be combined with another; unknown is never allowed.",
                    with_=TEXT,
                    verdict=one_of(*CUMULATIONS),
                    text=ref("Text"),
                    sources=list_of(TEXT),
                    confidence=one_of(*CONFIDENCES),
                )
            ),
            history=list_of(
                closed(
                    "What changed on a day.",
                    date=DAY,
                    text=ref("Text"),
                    sources=list_of(TEXT),
                    confidence=one_of(*CONFIDENCES),
                )
            ),
            cases=or_null(
                list_of(
                    closed(
                        "A worked example: a situation and what must come out. Null: they cannot be read.",
                        id=TEXT,
                        text=ref("Text"),
                        source=case_source,
                        situation=ref("Situation"),
                        expect=loose,
                    )
                )
            ),
            not_expressible=or_null(
                list_of(
                    closed(
                        "An example of the sources that no situation can express.",
                        id=TEXT,
                        source=case_source,
                        reason=ref("Text"),
                    )
                )
            ),
        ),
        "Health": closed(
            "Whether decisions can be made.",
            status=one_of("ok", "older_law"),
            law=ref("LawVersion"),
            refused=or_null(
                closed(
                    "Why the newest text is not served.",
                    file=TEXT,
                    line={"type": ["integer", "null"]},
                    reason=TEXT,
                )
            ),
        ),
    }
