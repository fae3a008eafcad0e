"""How a notice leaves the account: one interface, a channel each for e-mail and post.

Another channel (the government's own inbox for citizens) is one more entry in `CHANNELS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from leerrekening.paper import Document, Paragraph, render
from leerrekening.registry import notices


class Channel(Protocol):
    """Sends one notice to one address. The delivery's key makes a second attempt recognisable."""

    def __call__(
        self, address: str, language: str, delivery: UUID, document: Document | None = None
    ) -> bytes | None:
        """Send, or answer the document that has to be printed; `document`: what goes on paper for this notice.

        Errors: whatever the way out raises; tried again.
        """


def email(address: str, language: str, delivery: UUID, document: Document | None = None) -> None:
    """An e-mail that says that there is something new. Sent twice it has one Message-ID, so a mailbox shows it once."""
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


def letter(address: str, language: str, delivery: UUID, document: Document | None = None) -> bytes:
    """A PDF for the print queue: the letter of this notice, else one that says the same as the e-mail."""
    if document is not None:
        return render(document, language)
    subject, body = notices.outside(language)
    blocks = tuple(Paragraph(text) for text in body.strip().split("\n\n"))
    return render(Document(title=subject, blocks=blocks, recipient=tuple(address.splitlines())), language)


CHANNELS: Final[Mapping[str, Channel]] = {"email": email, "letter": letter}
