"""Formulas and law texts as readers see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.rules.expressions import DATE_FUNCTIONS, Parser
from leerrekening.rules.histories import DERIVATIONS
from leerrekening.web.lawbook.edition import Edition
from leerrekening.web.lawbook.formulas import difference, read_formula, tokens
from leerrekening.web.lawbook.wording import NOTATION, typeset

HELD = the_keeper().held()
TEXTS = sorted(
    {v.source_text for i in HELD.law.instruments.values() for r in i.rules.values() for v in r.versions}
)


def test_every_function_is_explained() -> None:
    called = {name.removeprefix("_call_") for name in vars(Parser) if name.startswith("_call_")}
    words = {*called, *DATE_FUNCTIONS, *DERIVATIONS, "unclear", "half_up", "down", "and", "or", "not", "in"}
    assert words - set(NOTATION) == set()


@pytest.mark.parametrize("text", TEXTS)
def test_a_formula_is_shown_as_it_is_written(text: str) -> None:
    assert "".join(tokens(text)) == text
    owner = next(
        i for i in HELD.law.instruments.values()
        if any(v.source_text == text for r in i.rules.values() for v in r.versions)
    )  # fmt: skip
    shown = read_formula(Edition(HELD, "nl", 738000), owner, text)
    assert " ".join("".join(piece.text for piece in shown.pieces).split()) == text
    named = {meaning.name for meaning in shown.meanings}
    for token in tokens(text):
        if "." in token and not token.startswith("'"):
            assert token in named, "each fact and figure is explained"


@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS))
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(p.text for p in pieces if p.kind != "new") == before
    assert "".join(p.text for p in pieces if p.kind != "gone") == after


@pytest.mark.parametrize(
    ("language", "plain", "set_"),
    [
        ("nl", 'Zo\'n "recht"...', "Zo’n “recht”…"),
        ("fr", 'Quoi ? "Rien" : l\'un; fin!', "Quoi\u00a0? «\u00a0Rien\u00a0»\u00a0: l’un\u00a0; fin\u00a0!"),
        ("fr", "https://example.org/a:b", "https://example.org/a:b"),
        ("de", 'Das "Recht"', "Das „Recht“"),
        ("en", "the person's 'own'", "the person’s ’own’"),
    ],
)
def test_typesetting(language: str, plain: str, set_: str) -> None:
    assert typeset(plain, language) == set_
    assert typeset(set_, language) == set_, "twice changes nothing"
