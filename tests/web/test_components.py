"""The components: what they show of a value, and what they refuse."""

from datetime import date

import pytest
from django.template import engines
from django.utils.translation import override

from leerrekening.web.components import UNKNOWN, Choice, Field, Right, State


def render(template: str, **context: object) -> str:
    """A piece of template as HTML, with single spaces."""
    return " ".join(engines["django"].from_string(template).render(context).split())


@pytest.mark.parametrize("state", [each for each in State if each not in (State.AVAILABLE, State.RESERVED)])
def test_no_amount_beside_a_right_that_is_not_there(state: State) -> None:
    with pytest.raises(ValueError, match="no amount"):
        Right("Opleidingscheques", state, "Wij weten nog niet waar u woont.", amount="250 euro")


@pytest.mark.parametrize("kind", ["radios", "checkboxes", "select", "date", "number", "text"])
def test_i_do_not_know_is_an_answer_of_every_kind(kind: str) -> None:
    choices = (Choice("a", "A"),) if kind in {"radios", "checkboxes", "select"} else ()
    value = (UNKNOWN,) if kind == "checkboxes" else UNKNOWN
    field = Field("jobs[0].sector", kind, "Vraag?", choices=choices, value=value, unknown=True)  # type: ignore[arg-type]
    html = render("{% field field %}", field=field)
    assert html.count(" checked") + html.count(" selected") == 1
    assert "Ik weet het niet" in html
    assert 'id="jobs-0-sector"' in html
    assert f'value="{UNKNOWN}"' in html


def test_error_stands_between_question_and_answer_and_is_announced() -> None:
    html = render(
        "{% field field %}", field=Field("hours", "number", "Hoeveel uren?", error="Vul een getal in.")
    )
    assert html.index("Hoeveel uren?") < html.index("Vul een getal in.") < html.index("<input")
    assert 'aria-describedby="hours-error"' in html


def test_question_as_heading() -> None:
    for kind in ("radios", "number"):
        field = Field("a", kind, "Vraag?", choices=(Choice("x", "X"),), as_heading=True)  # type: ignore[arg-type]
        assert render("{% field field %}", field=field).count("<h1") == 1


def test_what_a_person_typed_is_escaped() -> None:
    field = Field("a", "number", "Vraag?", value='"><script>')
    assert "<script>" not in render("{% field field %}", field=field)
    assert "<b>" not in render("{% details words %}{{ words }}{% enddetails %}", words="<b>")


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("nl", "1 maart 2021", "2 maart 2021"),
        ("fr", "1er mars 2021", "2 mars 2021"),
        ("de", "1. März 2021", "2. März 2021"),
        ("en", "1 March 2021", "2 March 2021"),
    ],
)
def test_dates_in_full(language: str, first: str, second: str) -> None:
    with override(language):
        assert render("{{ day|full_date }}", day=date(2021, 3, 1)) == first
        assert render("{{ day|full_date }}", day=date(2021, 3, 2)) == second


def test_text_of_the_law_in_the_language_of_the_reader() -> None:
    text = {"nl": "recht", "fr": "droit", "de": "Recht", "en": "right"}
    for language, word in text.items():
        with override(language):
            assert render("{{ text|in_language }}", text=text) == word


def test_unknown_variable_fails() -> None:
    with pytest.raises(AssertionError, match="nowhere"):
        render("{{ nowhere }}")
