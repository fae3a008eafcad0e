"""Who is behind a request, in one capacity, and whose account is on the screen.

A session has one capacity: citizen, or one organisation. Another capacity means signing in again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Capacity = Literal["citizen", "helper", "caseworker", "analyst", "auditor", "administrator", "mailroom"]
Scope = Literal["look", "reserve", "correct"]

CAPACITY_LABELS: dict[Capacity, str | Promise] = {
    "citizen": _("Burger"),
    "helper": _("Helper"),
    "caseworker": _("Dossierbehandelaar"),
    "analyst": _("Beleidsmedewerker"),
    "auditor": _("Auditor"),
    "administrator": _("Beheerder"),
    "mailroom": _("Postkamer"),
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who has signed in. `actor` and `party` are pseudonyms; `party` is a citizen's own account.

    `level`: level of assurance of the sign-in, as the access service numbers it (data, see web/sign_in).
    `auth_time`: when the person last proved who they are, for what asks a fresh sign-in.
    """

    actor: int
    capacity: Capacity
    name: str
    level: int
    auth_time: datetime
    party: int | None = None
    organisation: str = ""
    organisation_name: str = ""

    @property
    def capacity_label(self) -> str | Promise:
        """The word for the capacity."""
        return CAPACITY_LABELS[self.capacity]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose account is shown: the visitor's own (`mandate` None), or of one who gave the visitor a mandate."""

    party: int
    name: str
    mandate: UUID | None = None
    scopes: frozenset[Scope] = frozenset({"look", "reserve", "correct"})
