"""Pages of the demo access service, in the look of the site and its four languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from leerrekening.demo.access_service.people import Capacity, Persona, personas

if TYPE_CHECKING:
    from leerrekening.demo.access_service.service import Session

LANGUAGES: Final = ("nl", "fr", "de", "en")
HERE: Final = Path(__file__).parent
# Style and font of the site, so that the demonstration looks like one whole.
STATIC: Final = HERE.parents[1] / "web" / "static" / "llr"


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Every text by its code and language."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load((HERE / "words.yaml").read_text("utf-8"))
    return found


def style() -> bytes:
    """The style sheet."""
    return (STATIC / "llr.css").read_bytes() + (HERE / "demo.css").read_bytes()


def font() -> bytes:
    """The font."""
    return (STATIC / "source-sans-3.woff2").read_bytes()


def chooser(asked: Mapping[str, str], means: Mapping[str, str], known: Session | None) -> str:
    """Everybody to choose from; of a person who is `known` already only the capacities."""
    language = language_of(asked)
    say = {code: texts[language] for code, texts in words().items()}
    people = [known.persona] if known else list(personas())
    body = [f"<h1>{escape(say['title'])}</h1>", '<form method="post">']
    if known:
        body.append(f"<p>{escape(say['switching'].format(name=known.persona.name))}</p>")
    else:
        body.append(choice_of_means(say, means))
    # Staff are people with rights of their own; only who changes capacity is shown that.
    citizens = [
        (each, it)
        for each in people
        for it in each.capacities
        if not it.right and (known or len(each.capacities) == 1)
    ]
    others = [(each, it) for each in people for it in each.capacities if it.right]
    # The few first: on a phone the many fill several screens.
    for title, chosen in (("organisations", others), ("citizens", citizens)):
        if chosen:
            body.append(f"<h2>{escape(say[title])}</h2><ul class='choose'>")
            body += [f"<li>{button(say, language, each, it)}</li>" for each, it in chosen]
            body.append("</ul>")
    cancel = f'<button class="llr-button llr-button--quiet" name="cancel" value="1">{escape(say["cancel"])}</button>'
    body.append(f"<p>{cancel}</p></form>")
    return frame(language, say["title"], "".join(body))


def choice_of_means(say: Mapping[str, str], means: Mapping[str, str]) -> str:
    """The means that are enough for what was asked, the strongest first."""
    options = "".join(
        f'<option value="{escape(urn)}">{escape(say[code])}</option>' for urn, code in means.items()
    )
    return (
        f'<div class="llr-field"><label class="llr-label" for="means">{escape(say["means"])}</label>'
        f'<select class="llr-select" id="means" name="means">{options}</select></div>'
    )


def button(say: Mapping[str, str], language: str, persona: Persona, capacity: Capacity) -> str:
    """Choosing one person in one capacity."""
    if capacity.right:
        what = escape(f"{say.get(capacity.right, capacity.right)} – {capacity.name}")
    elif language in persona.story:
        what = escape(persona.story[language])
    else:
        what = (
            f'<span lang="en">{escape(persona.story["en"])}</span>'
            if "en" in persona.story
            else escape(say["citizen"])
        )
    return (
        f'<button class="llr-button llr-button--second" name="who" value="{escape(persona.id)}/{escape(capacity.id)}">'
        f"{escape(persona.name)}</button> <span>{what}</span>"
    )


def problem(text: str) -> str:
    """A page that says what is wrong, for the person who connects a program."""
    return frame("en", text, f"<h1>{escape(text)}</h1>")


def frame(language: str, title: str, body: str) -> str:
    """A whole page, marked as a demonstration."""
    demo = escape(words()["demo"][language])
    return (
        f'<!DOCTYPE html><html lang="{language}" class="llr-template"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} – demo</title><link rel="stylesheet" href="/llr.css"></head>'
        '<body class="llr-template__body"><div class="llr-page"><main class="llr-main" id="main">'
        f'<div class="llr-width-container"><p class="demo"><strong>{demo}</strong></p>{body}</div>'
        "</main></div></body></html>"
    )


def language_of(asked: Mapping[str, Any]) -> str:
    """The language asked for, else Dutch."""
    wanted = str(asked.get("ui_locales", "")).split()
    return next((each for each in wanted if each in LANGUAGES), "nl")
