"""The content of GeefHistoriekPersoon for an invented person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from leerrekening.registry.insz import Insz
from leerrekening.registry.sources.regions import EXAMPLES

_ABROAD = {"other_eea": "NLD", "other": "MAR"}


def content(insz: Insz, holds: Mapping[str, Any]) -> str:
    """`holds`: birth_date, person.residence."""
    keepers = []
    for item in reversed(holds["person.residence"]):
        end = item.get("to")
        until = f' DatumEinde="{date.fromisoformat(end) + timedelta(days=1)}"' if end else ""
        region = item["region"]
        place = (
            f"<Land><ISOCode>{_ABROAD[region]}</ISOCode></Land>"
            if region in _ABROAD
            else f"<Gemeente><NISCode>{EXAMPLES[region]}</NISCode></Gemeente><Land><ISOCode>BEL</ISOCode></Land>"
        )
        keepers.append(f'<Beheerder DatumBegin="{item["from"]}"{until}><Plaats>{place}</Plaats></Beheerder>')
    return (
        f"<HistoriekPersoon><INSZ>{insz.digits}</INSZ><HistoriekBeheerder>{''.join(keepers)}</HistoriekBeheerder>"
        f"<HistoriekGeboorte><Geboorte><Datum>{holds['birth_date']}</Datum></Geboorte></HistoriekGeboorte>"
        "</HistoriekPersoon>"
    )
