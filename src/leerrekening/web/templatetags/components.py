"""The components as template tags. They are built in: templates need no `load`.

{% field question %}  {% errors fields %}  {% state right.state %}  {% block_card block %}  {% right right %}
{% source source %}  {% timeline rows caption %}  {% summary_list rows %}  {% progress 2 6 %}
{% details "Waarom?" %} ... {% enddetails %}
{% banner "Let op" kind="warning" %} ... {% endbanner %}
{{ text|in_language }}   the reader's language out of {nl, fr, de, en}
{{ day|full_date }}      1 september 2021
{{ text|small_start }}   the text in the middle of a sentence
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from django import template
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from leerrekening.web.components import (
    UNKNOWN,
    Block,
    Field,
    Right,
    Source,
    State,
    SummaryRow,
    Text,
    TimelineRow,
)
from leerrekening.web.rights.wording import small_start

register = template.Library()


@register.inclusion_tag("components/field.html")
def field(field: Field) -> dict[str, Any]:
    """One question of a form."""
    return {"field": field, "widget": f"components/{field.kind}.html", "unknown_value": UNKNOWN}


@register.inclusion_tag("components/errors.html")
def errors(fields: Sequence[Field]) -> dict[str, Any]:
    """The list of what to mend, on top of the page; nothing when all is well."""
    return {"fields": [each for each in fields if each.error]}


@register.inclusion_tag("components/state.html")
def state(state: State | str) -> dict[str, Any]:
    """Where a right stands, in a word and a sign."""
    return {"state": State(state)}


@register.inclusion_tag("components/right.html")
def right(right: Right, level: int = 3) -> dict[str, Any]:
    """One right: state, deciding condition, amount when there is one. `level`: of its heading."""
    return {"right": right, "level": level}


@register.inclusion_tag("components/block_card.html")
def block_card(block: Block, level: int = 2) -> dict[str, Any]:
    """Money, time or guidance. `level`: of its heading; its rights are one lower."""
    return {"block": block, "level": level, "right_level": level + 1}


@register.inclusion_tag("components/source.html")
def source(source: Source) -> dict[str, Any]:
    """Where a sentence or figure comes from, and how sure that is."""
    return {"source": source}


@register.inclusion_tag("components/timeline.html")
def timeline(rows: Sequence[TimelineRow], caption: Text) -> dict[str, Any]:
    """A figure through time, or what changed when. `caption` names it."""
    return {"rows": rows, "caption": caption}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Sequence[SummaryRow]) -> dict[str, Any]:
    """Answers given, each with the way to change it."""
    return {"rows": rows}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int) -> dict[str, Any]:
    """How many of the topics are done, in words and as a bar."""
    return {"done": done, "total": total, "percent": round(100 * done / total) if total else 0}


@register.simple_block_tag
def details(content: SafeString, summary: Text, open: bool = False) -> str:  # noqa: A002 - as in HTML
    """Something to open when wanted."""
    return render_to_string("components/details.html", {"content": content, "summary": summary, "open": open})


@register.simple_block_tag
def banner(
    content: SafeString,
    title: Text,
    kind: Literal["notice", "warning", "success"] = "notice",
    id: str = "banner",  # noqa: A002
) -> str:
    """A message about the page itself. A second one on a page needs an `id` of its own."""
    context = {"content": content, "title": title, "kind": kind, "id": id}
    return render_to_string("components/banner.html", context)


@register.filter
def in_language(text: Mapping[str, str]) -> str:
    """The reader's language out of the four of a law text; Dutch when nothing is active."""
    return text[get_language() or "nl"]


@register.filter
def full_date(day: date) -> str:
    """A date with its month as a word, in the reader's language."""
    language = get_language()
    if language == "fr" and day.day == 1:
        return f"1er {date_format(day, 'F Y')}"
    return date_format(day, "j. F Y" if language == "de" else "j F Y")


@register.filter(name="small_start")
def small_start_filter(text: Text) -> str:
    """The text as it goes on in the middle of a sentence."""
    return small_start(text)


@register.filter
def chosen(field: Field, value: str) -> bool:
    """Whether a choice of the field is answered."""
    return field.is_chosen(value)
