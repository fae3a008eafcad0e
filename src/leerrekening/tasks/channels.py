"""How a notice leaves the account: by e-mail at once; on paper as a PDF that waits to be printed (registry/post.py)."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from leerrekening.paper import Document, Paragraph, render
from leerrekening.registry import notices

SENDER: Final = "LLR_LETTER_SENDER"


def email(address: str, language: str, delivery: UUID) -> None:
    """An e-mail that says that there is something new. Sent twice it has one Message-ID, so a mailbox shows it once.

    Errors: whatever the way out raises; tried again.
    """
    subject, body = notices.outside(language)
    EmailMessage(
        subject,
        body,
        settings.DEFAULT_FROM_EMAIL,
        [address],
        headers={
            "Message-ID": f"<{delivery}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()


def letter(address: str, language: str, number: str, document: Document | None = None) -> bytes:
    """A PDF to print: the letter of this notice, else one that says no more than the e-mail.

    `number` stands above the address, where the window of the envelope shows it: who gets it back need not open it.

    Errors: PaperError for a name or address in letters that the typeface lacks.
    """
    if document is None:
        subject, body = notices.on_paper(language)
        blocks = tuple(Paragraph(text) for text in body.strip().split("\n\n"))
        document = Document(title=subject, blocks=blocks, recipient=tuple(address.splitlines()))
    sender = tuple(line.strip() for line in os.environ.get(SENDER, "").split("|") if line.strip())
    shown = replace(document, sender=sender, recipient=(number, *document.recipient), reference=number)
    return render(shown, language)
