"""What there is to tell about one thing: the items of a list, whose words they are, what may be said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from leerrekening.registry.facts import PERSON, Fact
from leerrekening.registry.situation import WHOLE, Known, Origin
from leerrekening.rules.facts import FactBook
from leerrekening.web.account.origins import Provenance, provenance
from leerrekening.web.my_data.item_form import Target
from leerrekening.web.my_data.subject import statements, words_of

NEW: Final = "nieuw"
# Whether a list is all there is, and the words for a list with nothing in it. Everybody lives somewhere.
IS_ALL: Final[dict[str, str | Promise]] = {
    "jobs": gettext_lazy("Kennen wij nu al uw jobs, van nu en van vroeger?"),
    "guidance": gettext_lazy("Kennen wij nu alle loopbaanbegeleiding die u volgde?"),
    "used": gettext_lazy("Kennen wij nu alle rechten die u al gebruikte?"),
    "person.residence": gettext_lazy("Kennen wij nu alle plaatsen waar u woonde?"),
    "person.benefits": gettext_lazy("Kennen wij nu al uw uitkeringen, van nu en van vroeger?"),
}
NOTHING: Final[dict[str, str | Promise]] = {
    "jobs": gettext_lazy("Ik heb nog nooit gewerkt"),
    "guidance": gettext_lazy("Ik volgde nog nooit loopbaanbegeleiding"),
    "used": gettext_lazy("Ik gebruikte nog nooit zo’n recht"),
    "person.benefits": gettext_lazy("Ik kreeg nog nooit een uitkering"),
}


@dataclass(frozen=True)
class Item:
    """One item of a list. `key`: of the statement that counts; `own`: of what the person said of it, if anything;
    `parts`: its words, a line for each member; `counts`: whether rights are worked out with it; `can_be_completed`:
    its register leaves something open."""

    key: UUID
    own: UUID | None
    parts: tuple[str, ...]
    provenance: Provenance
    counts: bool
    can_be_completed: bool


@dataclass(frozen=True)
class ToldOf:
    """What the form is about for this person. `item`: its name in the registry; `own`: what the person said of it;
    `keys`: those that no register says, None for all."""

    item: str
    own: Fact | None
    keys: frozenset[str] | None


def own_words(history: Sequence[Fact]) -> dict[str, Fact]:
    """What the person says now, by item."""
    return {f.item: f for f in history if f.source == PERSON and f.superseded_by is None and not f.withdrawn}


def told_of(
    book: FactBook, target: Target, found: Known, history: Sequence[Fact], *, which: str, name: str
) -> ToldOf | None:
    """What the form is about; None for an item that this person does not have.

    `which`: the key of a statement on an item, or nothing for a new one. A new one gets its name with the form
    (`name`), so that sending it twice is telling once.
    """
    living = own_words(history)
    if not target.is_list:
        return ToldOf("", living.get(""), None)
    if which in ("", NEW):
        try:
            item = f"person/{UUID(name)}"
        except ValueError:
            item = f"person/{uuid4()}"
        return ToldOf(item, living.get(item), None)
    item = next((f.item for f in history if str(f.fact) == which and f.item != WHOLE), "")
    if not item:
        return None
    said = next((each for each in statements(found, target.path) if each[1].item == item), None)
    if said is None or not said[1].certified:
        return ToldOf(item, living.get(item), None)
    return ToldOf(item, living.get(item), left_open(book, target, *said))


def left_open(book: FactBook, target: Target, value: Any, origin: Origin) -> frozenset[str]:
    """The keys of an item that its register does not say."""
    every = {fact.key for fact in book.members(target.path)}
    return frozenset(every - (value.keys() - set(origin.added)))


def value_of(found: Known, target: Target) -> Any:
    """A single fact as it is known, to begin with; nothing for a new item."""
    return None if target.is_list else found.document.get("person", {}).get(target.path.partition(".")[2])


def items_of(book: FactBook, target: Target, found: Known, history: Sequence[Fact]) -> list[Item]:
    """The items of a list as they are known, also those that do not count."""
    if not target.is_list:
        return []
    own = own_words(history)
    listed = {origin.fact for origin in found.origins.values()}
    return [
        Item(
            origin.fact,
            own[origin.item].fact if origin.item in own else None,
            words_of(book, target.path, value),
            provenance(book, target.path, origin),
            origin.fact in listed,
            origin.certified and bool(left_open(book, target, value, origin)),
        )
        for value, origin in statements(found, target.path)
        if origin.fact is not None and isinstance(value, dict)
    ]


def lacking(book: FactBook, target: Target, found: Known) -> UUID | None:
    """The statement on the one item of which the asked fact is not known; None when there are several, or none."""
    key = target.asked.removeprefix(f"{target.path}.")
    keys = [
        origin.fact
        for value, origin in statements(found, target.path)
        if origin.fact is not None
        and isinstance(value, dict)
        and value.get(key) in (None, [])
        and (not origin.certified or key in left_open(book, target, value, origin))
    ]
    return keys[0] if target.asked != target.path and len(keys) == 1 else None


def is_by_register(target: Target, found: Known) -> bool:
    """Whether registers give the whole list: then the person's own word on that changes nothing."""
    return target.path in found.whole and found.whole[target.path].certified


def said_by_registers(
    book: FactBook, target: Target, found: Known, about: ToldOf
) -> list[tuple[tuple[str, ...], Provenance]]:
    """What a register says of it, to see beside the form."""
    return [
        (words_of(book, target.path, value), provenance(book, target.path, origin))
        for value, origin in statements(found, target.path)
        if origin.certified and origin.fact is not None and origin.item == about.item
    ]
