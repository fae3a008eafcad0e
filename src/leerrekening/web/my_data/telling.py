"""Telling what no register says: a job, a diploma, a benefit, an earlier use; and that a list is all there is.

What is told is marked as the person's own words, goes beside what a register says, and leads to a new decision. From a
right the person comes here for what is missing, and goes back to it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from leerrekening import jobs
from leerrekening.lawtext.keeper import HeldLaw, the_keeper
from leerrekening.registry import facts, journal
from leerrekening.registry.facts import PERSON, Connection, FactRefused
from leerrekening.registry.situation import WHOLE, Known, known
from leerrekening.rules.facts import FactBook
from leerrekening.rules.situation import SituationError
from leerrekening.web import database
from leerrekening.web.account.navigation import address
from leerrekening.web.audience import audience
from leerrekening.web.components import Choice, Field, Text
from leerrekening.web.my_data import item_form
from leerrekening.web.my_data.item_form import Target, target_of
from leerrekening.web.my_data.subject import label_of, statements
from leerrekening.web.my_data.told import (
    IS_ALL,
    NOTHING,
    Item,
    ToldOf,
    is_by_register,
    items_of,
    lacking,
    own_words,
    said_by_registers,
    told_of,
    value_of,
)
from leerrekening.web.rights.outcome import in_words
from leerrekening.web.rights.wording import words
from leerrekening.web.scan.topics import ADD
from leerrekening.web.today import today

MOST_OWN_ITEMS: Final = 100
KEPT: Final = "bewaard"
YES: Final = "ja"
NO: Final = "nee"


class DoesNotFit(Exception):
    """With this the person's situation would break the contract: nothing is kept."""


# --- the pages -------------------------------------------------------------------------------------------------


@audience("holder", scope="correct", methods=("GET", "POST"))
def tell(request: HttpRequest) -> HttpResponse:
    """Without a subject: what can be told. Of a list: its items. Else the form."""
    held = the_keeper().held()
    if not _asked(request, "gegeven"):
        return render(
            request, "my_data/tell_what.html", {"lists": _lists(held.law.facts), "singles": _singles(held)}
        )
    target = _target(request, held)
    with database.transaction(request) as connection:
        found = known(connection, request.holder.party, today())
        history = facts.history(connection, request.holder.party, target.path)
    items = items_of(held.law.facts, target, found, history)
    opened_plain = request.method != "POST" and target.is_list and not _asked(request, "welk")
    if opened_plain and (only := lacking(held.law.facts, target, found)) is not None:
        return redirect(_here(request, target, welk=str(only)))
    if opened_plain and (items or target.path in found.whole):
        return render(request, "my_data/tell_list.html", _list_context(request, held, target, found, items))
    about = told_of(
        held.law.facts, target, found, history, which=_asked(request, "welk"), name=_asked(request, "naam")
    )
    if about is None:
        raise Http404
    before = item_form.draft_of(target, about.own.value if about.own else value_of(found, target), today())
    asks_all = target.is_list and not is_by_register(target, found) and about.keys is None
    if request.method != "POST":
        return _form_page(request, held, target, found, about, before, asks_all=asks_all)
    typed = dict(request.POST.lists())
    draft = item_form.read(target, held.law, typed, before, about.keys)
    if item_form.adds(typed):
        shown = typed if draft.mistakes else None
        return _form_page(request, held, target, found, about, draft, shown, asks_all=asks_all)
    draft = item_form.checked(target, held.law, draft)
    error = _("Kies ja of nee.") if asks_all and _asked(request, "alles") not in (YES, NO) else ""
    if not about.own and len(own_words(history)) > MOST_OWN_ITEMS:
        error = _("U kunt hier niets meer toevoegen: de lijst is te lang.")
    if not draft.mistakes and not error:
        try:
            return _kept(request, held, target, about, item_form.value_in(target, draft), asks_all=asks_all)
        except (DoesNotFit, FactRefused):
            error = _("Dit past niet bij wat wij al over u weten. Kijk de antwoorden na.")
    return _form_page(request, held, target, found, about, draft, typed, asks_all=asks_all, error=error)


@audience("holder", scope="correct", methods=("POST",))
def take_back(request: HttpRequest) -> HttpResponse:
    """Take back what the person said; it stays in the history."""
    if not _asked(request, "gegeven"):
        return redirect(address(request, "account_facts"))
    held = the_keeper().held()
    target = _target(request, held)
    with database.transaction(request) as connection:
        own = facts.living(connection, request.holder.party, PERSON, [target.path])
        wanted = next((fact for fact in own if str(fact.fact) == _asked(request, "welk")), None)
        if wanted is not None:  # else it was taken back a moment ago
            facts.withdraw(connection, wanted.fact)
            _note(request, connection, "fact_taken_back", target)
    return _back(request, held, target, to_list=target.is_list)


@audience("holder", scope="correct", methods=("POST",))
def whole(request: HttpRequest) -> HttpResponse:
    """Say that a list is all there is, or that it is not."""
    if not _asked(request, "gegeven"):
        return redirect(address(request, "account_facts"))
    held = the_keeper().held()
    target, answer = _target(request, held), _asked(request, "alles")
    if not target.is_list:
        raise Http404
    if answer not in (YES, NO):
        return redirect(_here(request, target, welk=""))
    try:
        with database.transaction(request) as connection:
            _say_whole(request, connection, target, yes=answer == YES)
            _check(connection, held, request.holder.party)
    except DoesNotFit:
        return redirect(_here(request, target, past="niet"))
    return _back(request, held, target, to_list=answer == NO)


# --- keeping ---------------------------------------------------------------------------------------------------


def _kept(
    request: HttpRequest, held: HeldLaw, target: Target, about: ToldOf, value: Any, *, asks_all: bool
) -> HttpResponse:
    party = request.holder.party
    if about.own is not None and about.keys is not None and isinstance(about.own.value, dict):
        value = {**about.own.value, **value}  # what the person says otherwise than a register stays said
    with database.transaction(request) as connection:
        if about.own is None or about.own.value != value:
            facts.declare(
                connection,
                party,
                target.path,
                value,
                item=about.item,
                **_days_of(target, value),
                supersedes=about.own.fact if about.own is not None else None,
            )
            _note(request, connection, "fact_told", target)
        if asks_all:
            _say_whole(request, connection, target, yes=_asked(request, "alles") == YES)
        found = _check(connection, held, party)
    counts = not target.is_list or any(origin.item == about.item for origin in found.origins.values())
    return _back(request, held, target, to_list=not counts)


def _days_of(target: Target, value: Any) -> dict[str, date]:
    """From when to when a period holds that is a fact by itself, such as a benefit."""
    if not (target.is_list and target.path.startswith("person.")):
        return {}
    days = {"valid_from": value.get("from"), "valid_to": value.get("to")}
    return {key: date.fromisoformat(day) for key, day in days.items() if day}


def _say_whole(request: HttpRequest, connection: Connection, target: Target, *, yes: bool) -> None:
    """Keep whether the list is all there is. Saying the same again adds nothing."""
    party = request.holder.party
    said = [f for f in facts.living(connection, party, PERSON, [target.path]) if f.item == WHOLE]
    if yes == any(fact.value is True for fact in said):
        return
    if yes:
        facts.declare(connection, party, target.path, value=True, item=WHOLE)
    for fact in said if not yes else ():
        facts.withdraw(connection, fact.fact)
    _note(request, connection, "list_called_whole" if yes else "list_called_unfinished", target)


def _note(request: HttpRequest, connection: Connection, what: str, target: Target) -> None:
    """Write the act into the journal, under both names when somebody helps, and have the rights worked out anew."""
    visitor, party = request.visitor, request.holder.party
    journal.record(
        connection,
        party,
        what,
        actor=visitor.actor,
        actor_name=visitor.name,
        capacity=visitor.capacity,
        organisation_name=visitor.organisation_name,
        mandate=request.holder.mandate,
        detail={"path": target.path},
    )
    jobs.defer(connection, "redecide", key=f"party-{party}", party=party, cause="changed_fact")


def _check(connection: Connection, held: HeldLaw, party: int) -> Known:
    """What is known now. Errors: DoesNotFit when the law cannot read it, so that nothing of it is kept."""
    found = known(connection, party, today())
    try:
        held.law.reader.check(found.document)
    except SituationError:
        raise DoesNotFit from None
    return found


# --- what it is about ------------------------------------------------------------------------------------------


def _asked(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "") or request.GET.get(name, "")).strip()


def _target(request: HttpRequest, held: HeldLaw) -> Target:
    """Errors: Http404 for what nobody tells of a person."""
    found = target_of(held.law.facts, _asked(request, "gegeven"))
    if found is None:
        raise Http404
    return found


# --- showing ---------------------------------------------------------------------------------------------------


def _form_page(
    request: HttpRequest,
    held: HeldLaw,
    target: Target,
    found: Known,
    about: ToldOf,
    draft: item_form.Draft,
    typed: dict[str, list[str]] | None = None,
    *,
    asks_all: bool,
    error: Text = "",
) -> HttpResponse:
    book = held.law.facts
    form = item_form.form(target, book, draft, typed, about.keys)
    all_field = _all_field(request, target, found, error) if asks_all else None
    errors = form.errors
    if error:
        errors = [*errors, all_field if all_field is not None else Field("alles", "text", "", error=error)]
    context = {
        "target": target,
        "label": label_of(book, target.path),
        "form": form,
        "about": about,
        "is_new": about.own is None and about.keys is None,
        "all_field": all_field,
        "errors": errors,
        "certified": said_by_registers(book, target, found, about),
        "which": _asked(request, "welk"),
        "name": about.item.removeprefix("person/"),
        "nothing": NOTHING.get(target.path, "") if asks_all and not _items_of(found, target) else "",
        "right": _right(request, held),
        "add": ADD.get(target.path, _("Voeg iets toe")),
    }
    return render(request, "my_data/tell.html", context, status=422 if errors else 200)


def _items_of(found: Known, target: Target) -> bool:
    return any(True for _each in statements(found, target.path))


def _all_field(request: HttpRequest, target: Target, found: Known, error: Text) -> Field:
    return Field(
        "alles",
        "radios",
        IS_ALL[target.path],
        hint=_("Alleen met de volledige lijst kunnen wij uw rechten uitrekenen."),
        choices=(Choice(YES, _("Ja, dit is alles")), Choice(NO, _("Nee, er ontbreekt nog iets"))),
        value=_asked(request, "alles") or (YES if target.path in found.whole else ""),
        error=error,
    )


def _list_context(
    request: HttpRequest, held: HeldLaw, target: Target, found: Known, items: list[Item]
) -> dict[str, Any]:
    by_register = is_by_register(target, found)
    is_whole = target.path in found.whole
    return {
        "target": target,
        "label": label_of(held.law.facts, target.path),
        "items": items,
        "is_whole": is_whole,
        "by_register": by_register,
        "says_whole": is_whole and not by_register,
        "question": IS_ALL[target.path],
        "nothing": NOTHING.get(target.path, ""),
        "add": ADD.get(target.path, _("Voeg iets toe")),
        "right": _right(request, held),
        "kept": KEPT in request.GET,
        "does_not_fit": "past" in request.GET,
    }


def _lists(book: FactBook) -> list[tuple[str, str]]:
    return [(each.path, label_of(book, each.path)) for each in item_form.targets(book) if each.is_list]


def _singles(held: HeldLaw) -> list[tuple[str, str]]:
    book = held.law.facts
    return [
        (each.path, words(book.facts[each.path].question))
        for each in item_form.targets(book)
        if not each.is_list
    ]


def _right(request: HttpRequest, held: HeldLaw) -> dict[str, str] | None:
    """The right that brought the person here; None when it was none, or no right that there is."""
    asked = _asked(request, "recht")
    instrument = held.law.instruments.get(asked)
    return None if instrument is None else {"id": asked, "name": in_words(instrument.name)}


def _here(request: HttpRequest, target: Target, **more: str) -> str:
    """This page, for the same right."""
    given = {"gegeven": target.asked, "recht": _asked(request, "recht"), **more}
    return f"{address(request, 'account_tell')}?{urlencode({k: v for k, v in given.items() if v})}"


def _back(request: HttpRequest, held: HeldLaw, target: Target, *, to_list: bool) -> HttpResponse:
    """To the right that asked for it, or to what is known; first to the list when there is more to say of it."""
    right = _right(request, held)
    if to_list:
        return redirect(_here(request, target, **{KEPT: "1"}))
    if right is not None:
        return redirect(f"{address(request, 'account_right', right['id'])}?{KEPT}=1")
    return redirect(f"{address(request, 'account_facts')}?{KEPT}=1")
