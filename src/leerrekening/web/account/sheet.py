"""The overview of an account on one sheet of paper: an accessible PDF in large type, in the reader's language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from leerrekening.account.overview import Overview
from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.paper import Document, Heading, Pairs, Paragraph, render
from leerrekening.paper.document import Block
from leerrekening.web.account import standing
from leerrekening.web.account.origins import words_of
from leerrekening.web.account.standing import ShownRight
from leerrekening.web.account.views import of_account
from leerrekening.web.audience import audience
from leerrekening.web.components import State
from leerrekening.web.rights.outcome import language
from leerrekening.web.rights.wording import small_start


@audience("holder", scope="look")
@of_account
def sheet(request: HttpRequest, _held: HeldLaw, account: Overview) -> HttpResponse:
    """The overview as a PDF."""
    document = overview_sheet(account, request.holder.name)
    return HttpResponse(
        render(document, language()),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{_("mijn-rekening")}.pdf"'},
    )


def overview_sheet(account: Overview, name: str) -> Document:
    """What stands on the sheet: each right with its state and what is left, one page in all."""
    blocks: list[Block] = [
        Paragraph(
            _("Rekening van %(name)s, zoals ze is op %(day)s.")
            % {"name": name, "day": words_of(account.today)}
        )
    ]
    for _id, title, rights in standing.blocks(standing.shown_rights(account)):
        blocks += [Heading(str(title)), Pairs(tuple((right.title, _line(right)) for right in rights))]
    blocks.append(
        Paragraph(
            _("Waarom dit zo is, staat in uw rekening bij elk recht. Alleen de bevoegde dienst beslist."),
            small=True,
        )
    )
    return Document(title=_("Uw rechten om te leren"), blocks=tuple(blocks))


def _line(right: ShownRight) -> str:
    parts = [str(right.state.label)]
    if right.state is State.AVAILABLE and right.balances:
        amounts = [f"{small_start(each.label)} {each.available}" for each in right.balances]
        parts.append("; ".join(amounts) if len(amounts) > 1 else right.balances[0].available)
        if right.balances[0].expires:
            parts.append(_("tot en met %(day)s") % {"day": right.balances[0].expires})
    elif right.amount:
        parts.append(right.amount)
    line = ", ".join(parts)
    return line if right.state is State.AVAILABLE else f"{line}. {right.reason}"
