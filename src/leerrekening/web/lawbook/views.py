"""The pages of the law book. All are plain GET, the same for everybody, and may be kept until the law changes."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.lawtext.reader import CASES, FIGURES, HEAD, RULES, instrument_folders, law_version
from leerrekening.rules import days
from leerrekening.rules.instruments import Instrument
from leerrekening.web.audience import audience
from leerrekening.web.errors import error_response
from leerrekening.web.lawbook.asked_facts import topics
from leerrekening.web.lawbook.certainty import doubts_of
from leerrekening.web.lawbook.combining import matrix, statements_of
from leerrekening.web.lawbook.edition import Edition, slug
from leerrekening.web.lawbook.examples import SHELF, example_view, links
from leerrekening.web.lawbook.figures import axis_of, figure_views
from leerrekening.web.lawbook.formulas import read_formula
from leerrekening.web.lawbook.provisions import amount_views, limit_views, note_views, rule_views
from leerrekening.web.lawbook.wording import BLOCKS, STATUS_REASONS, UNITS, said
from leerrekening.web.today import today
from leerrekening.web.translations import WEB

DOWNLOADS = (HEAD, FIGURES, RULES, CASES)


class BadDay(ValueError):
    """The day in the address is none that can be shown. The message is for the reader."""


def asked_day(request: HttpRequest) -> str | None:
    """The day in the address as it is written, None when there is none. Errors: BadDay."""
    asked = request.GET.get("on", "").strip()
    if not asked:
        return None
    try:
        year = days.iso(days.day_of(asked))[:4]
    except ValueError:
        raise BadDay(
            _("Dit is geen dag die bestaat. Schrijf jaar-maand-dag, bijvoorbeeld 2024-09-01.")
        ) from None
    if not days.FIRST_YEAR <= int(year) <= days.LAST_YEAR:
        raise BadDay(_("Kies een dag tussen 1900 en 2199."))
    return asked


def edition_of(request: HttpRequest) -> Edition:
    """The law that is served, for this reader and day. Errors: BadDay; LawError when no law was ever good."""
    asked = asked_day(request)
    day = days.day_of(asked) if asked else today().toordinal()
    return Edition(the_keeper().held(), get_language() or "nl", day, asked)


@cache
def program() -> str:
    """A hash of what makes the pages: code, templates and translations."""
    digest = hashlib.sha256()
    for pattern in ("**/*.py", "templates/**/*.html", "locale/**/*.po", "static/**/*.css"):
        for file in sorted(WEB.glob(pattern)):
            if "node_modules" not in file.parts:
                digest.update(file.read_bytes())
    return digest.hexdigest()


def mark(request: HttpRequest, **_parts: str) -> str | None:
    """What a page depends on, as an ETag: the law, its examples, the day, the address, the program."""
    try:
        asked_day(request)
    except BadDay:
        return None
    parts = (the_keeper().held().mark, today(), request.get_full_path(), program())
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


class Printed:
    """The pages printed last, by what they depend on: a long page takes tenths of a second to make."""

    def __init__(self, size: int) -> None:
        self._size: Final = size
        self._lock: Final = threading.Lock()
        self._pages: Final[OrderedDict[str, bytes]] = OrderedDict()

    def get(self, key: str | None) -> HttpResponse | None:
        """The page of a mark, as it was printed."""
        with self._lock:
            if key is None or key not in self._pages:
                return None
            self._pages.move_to_end(key)
            return HttpResponse(self._pages[key])

    def keep(self, key: str | None, answer: HttpResponse) -> None:
        """Keep a page that could be shown; forget the one that was asked for longest ago."""
        if key is None or answer.status_code != 200 or "Content-Disposition" in answer:
            return
        with self._lock:
            self._pages[key] = answer.content
            while len(self._pages) > self._size:
                self._pages.popitem(last=False)


PRINTED: Final = Printed(64)


def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the law book: open to everybody, kept until something it depends on changes."""

    @audience("everyone")
    @condition(etag_func=mark)
    @wraps(view)
    def shown(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            edition = edition_of(request)
        except BadDay as error:
            context = {"error": str(error), "asked": request.GET.get("on", "")[:20], "day_query": ""}
            return render(request, "lawbook/bad_day.html", context, status=400)
        key = mark(request, **parts)
        answer = PRINTED.get(key)
        if answer is None:
            answer = view(request, edition, **parts)
            PRINTED.keep(key, answer)
        return answer

    return shown


def shown_page(request: HttpRequest, edition: Edition, template: str, **context: Any) -> HttpResponse:
    """Render a page with what each of them needs: the day, the law's version, the folder it belongs to."""
    read_at = timezone.localtime(edition.held.read_at)
    frame = {
        "edition": edition,
        "day": edition.day_words(edition.day),
        "day_iso": days.iso(edition.day),
        "asked": edition.asked,
        "day_query": f"?on={edition.asked}" if edition.asked else "",
        "law_version": edition.law.version.removeprefix("sha256:"),
        "read_on": edition.day_words(read_at.date().toordinal()),
        "read_hour": f"{read_at:%H}",
        "read_minute": f"{read_at:%M}",
    }
    return render(request, f"lawbook/{template}.html", frame | context)


@page
def index(request: HttpRequest, edition: Edition) -> HttpResponse:
    """All instruments in their blocks, with the state of each on the day."""
    cases = SHELF.cases(edition.held)
    blocks = []
    for block, name in BLOCKS.items():
        rows = [
            {
                "name": edition.text(owner.name),
                "summary": edition.text(owner.summary),
                "url": edition.owner_url(owner.id),
                "status": edition.status(owner),
                "status_words": edition.status_words(owner),
                "doubts": doubts_of(edition, owner),
                "examples": len(cases.of(owner.id)) if cases is not None else 0,
            }
            for owner in edition.law.instruments.values()
            if owner.block == block
        ]
        blocks.append({"id": block, "name": name, "rows": rows})
    notions = [
        {"name": edition.text(n.name), "summary": edition.text(n.summary), "url": edition.owner_url(n.id)}
        for n in edition.law.notions.values()
    ]
    return shown_page(request, edition, "index", blocks=blocks, notions=notions)


@page
def unconfirmed(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Everything that no source settles, and where it can be looked up."""
    found = [doubts_of(edition, owner) for owner in edition.owners()]
    shown = [doubts for doubts in found if doubts.figures or doubts.open or doubts.readings]
    return shown_page(request, edition, "unconfirmed", all_doubts=shown)


@page
def combining(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Which rights go together."""
    return shown_page(request, edition, "combining", rows=matrix(edition))


@page
def facts(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Everything the law can ask."""
    return shown_page(request, edition, "facts", topics=topics(edition))


def owner_in(edition: Edition, name: str) -> Instrument | None:
    """The instrument or notions with this name in an address."""
    return next((owner for owner in edition.owners() if slug(owner.id) == name), None)


@page
def instrument(request: HttpRequest, edition: Edition, instrument: str) -> HttpResponse:
    """One instrument, all of it."""
    owner = owner_in(edition, instrument)
    if owner is None:
        return error_response(request, 404)
    titles = {
        "right": _("Uw recht"),
        "award": _("Voor deze opleiding of begeleiding"),
        "price": _("Wat u betaalt"),
    }
    names = {code: owner.name[code] for code in ("nl", "fr", "de", "en")}
    cases = SHELF.cases(edition.held) if owner.block else None
    return shown_page(
        request,
        edition,
        "instrument",
        owner=owner,
        slug=slug(owner.id),
        name=edition.text(owner.name),
        names=[(code, words) for code, words in names.items() if code != edition.language],
        summary=edition.text(owner.summary),
        status=edition.status(owner),
        status_words=edition.status_words(owner),
        status_reason=said(STATUS_REASONS, edition.status(owner)),
        is_right=bool(owner.block),
        block_name=said(BLOCKS, owner.block) if owner.block else "",
        unit=said(UNITS, owner.unit) if owner.unit else "",
        words={key: edition.text(words) for key, words in owner.words.items()},
        decisive_day=read_formula(edition, owner, owner.decisive_day_text),
        acts=[
            {
                "title": edition.text(act.title),
                "url": act.url,
                "start": edition.day_words(act.start) if act.start is not None else "",
                "end": edition.day_words(act.end) if act.end is not None else "",
            }
            for act in owner.acts.values()
        ],
        conditions=rule_views(edition, owner, owner.conditions),
        definitions=rule_views(edition, owner, owner.definitions.values()),
        amounts=amount_views(edition, owner, titles),
        limits=limit_views(edition, owner),
        notes=note_views(edition, owner),
        figures=figure_views(edition, owner),
        axis=axis_of(edition, owner) if owner.figures else None,
        history=[
            {
                "day": edition.day_words(event.date),
                "text": edition.text(event.text),
                "sources": edition.sources(owner, event.sources),
            }
            for event in owner.history
        ],
        doubts=doubts_of(edition, owner),
        statements=statements_of(edition, owner),
        sources=edition.sources(owner, owner.sources),
        examples=links(edition, cases, owner.id) if owner.block else (),
        examples_unreadable=bool(owner.block) and cases is None,
        not_expressible=[
            {"id": n.id, "reason": edition.text(n.reason)}
            for n in (cases.not_expressible if cases is not None else ())
            if n.instrument == owner.id
        ],
        files=_files(edition, owner),
        api_url=reverse("api_instrument", kwargs={"name": owner.id}) if owner.block else "",
    )


@page
def example(request: HttpRequest, edition: Edition, instrument: str, case: str) -> HttpResponse:
    """One worked example, decided now."""
    owner = owner_in(edition, instrument)
    cases = SHELF.cases(edition.held)
    found = None
    if owner is not None and cases is not None:
        found = next((each for each in cases.of(owner.id) if each.id == case), None)
    if owner is None or found is None:
        return error_response(request, 404)
    return shown_page(
        request,
        edition,
        "example",
        name=edition.text(owner.name),
        owner_url=edition.owner_url(owner.id),
        example=example_view(edition, found),
        load_url=reverse("scan_step", kwargs={"step": "resultaat"}),
    )


@page
def download(request: HttpRequest, edition: Edition, instrument: str, file: str) -> HttpResponse:
    """A file of the law, byte for byte. Refused while the files are not those of the law that is served."""
    owner = owner_in(edition, instrument)
    if owner is None or file not in _files(edition, owner):
        return error_response(request, 404)
    root = edition.held.root
    folder = next(folder for folder in instrument_folders(root) if folder.name == owner.id)
    content = (folder / file).read_bytes()
    if file != CASES and law_version(root) != edition.law.version:
        detail = _("Dit bestand wordt nu veranderd. Probeer het over een paar minuten opnieuw.")
        return error_response(request, 404, detail)
    answer = HttpResponse(content, content_type="text/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{owner.id}-{file}"'
    return answer


def _files(edition: Edition, owner: Instrument) -> list[str]:
    """The names of the files of an instrument that can be had."""
    folders = (folder for folder in instrument_folders(edition.held.root) if folder.name == owner.id)
    return [name for folder in folders for name in DOWNLOADS if (folder / name).exists()]
