"""The envelope that services of the Flemish data platform MAGDA share: one question in, one answer or refusal out.

The form is that of the public test messages of the platform (Informatievlaanderen/MAGDA-Mock, EUPL-1.2). How a live
service wants a message signed is not in them; see docs/registry.md.
"""

from __future__ import annotations

import os
from datetime import date
from typing import Final
from uuid import uuid4
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from leerrekening.registry.sources.source import Malformed, Nobody, Question, Unreachable

SENDER, CAPACITY = "LLR_MAGDA_SENDER", "LLR_MAGDA_CAPACITY"
NOTHING_FOUND: Final = "Geen gegevens gevonden"

_QUESTION: Final = """\
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:q="{namespace}">
<soapenv:Header/><soapenv:Body><q:{name}><Verzoek>
<Context><Naam>{name}</Naam><Versie>{version}</Versie><Bericht><Type>VRAAG</Type>
<Tijdstip><Datum>{day}</Datum><Tijd>00:00:00</Tijd></Tijdstip>
<Afzender><Identificatie>{sender}</Identificatie><Referte>{reference}</Referte>\
<Hoedanigheid>{capacity}</Hoedanigheid></Afzender></Bericht></Context>
<Vragen><Vraag><Referte>{reference}</Referte><Inhoud>{content}</Inhoud></Vraag></Vragen>
</Verzoek></q:{name}></soapenv:Body></soapenv:Envelope>"""

_REPLY: Final = """\
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:r="{namespace}">
<soapenv:Body><r:{name}Response><Repliek>
<Context><Naam>{name}</Naam><Versie>{version}</Versie><Bericht><Type>ANTWOORD</Type>
<Tijdstip><Datum>{day}</Datum><Tijd>12:00:00</Tijd></Tijdstip></Bericht></Context>
<Antwoorden><Antwoord>{content}</Antwoord></Antwoorden>
</Repliek></r:{name}Response></soapenv:Body></soapenv:Envelope>"""

_NOTHING: Final = (
    "<Uitzonderingen><Uitzondering><Identificatie>30001</Identificatie><Oorsprong>MAGDA</Oorsprong>"
    f"<Type>FOUT</Type><Diagnose>{NOTHING_FOUND} voor de vraag</Diagnose></Uitzondering></Uitzonderingen>"
)


class Service:
    """One service of the platform: its name, version and namespace."""

    def __init__(self, name: str, version: str, namespace: str) -> None:
        self.name: Final = name
        self.version: Final = version
        self.namespace: Final = namespace

    def question(self, content: str, today: date) -> Question:
        """A message that asks with this content (of `Inhoud`, as XML)."""
        body = _QUESTION.format(
            namespace=self.namespace,
            name=self.name,
            version=self.version,
            day=today.isoformat(),
            sender=escape(os.environ.get(SENDER, "leerrekening")),
            capacity=escape(os.environ.get(CAPACITY, "")),
            reference=uuid4(),
            content=content,
        )
        return Question("text/xml; charset=utf-8", body.encode(), f"{self.namespace}/{self.name}")

    def reply(self, content: str | None, today: date) -> bytes:
        """What the service would reply with this content; None: it knows nobody. For the demo."""
        inner = _NOTHING if content is None else f"<Referte>demo</Referte><Inhoud>{content}</Inhoud>"
        return _REPLY.format(
            namespace=self.namespace,
            name=self.name,
            version=self.version,
            day=today.isoformat(),
            content=inner,
        ).encode()

    def read(self, reply: bytes) -> tuple[Element, str | None]:
        """The content of a reply, and the day on which it was given. Errors: Malformed, Nobody, Unreachable."""
        try:
            root = fromstring(reply, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            raise Malformed("the reply is not well-formed XML without a document type") from None
        if _local(root) == "Envelope":
            body = next((child for child in root if _local(child) == "Body"), None)
            root = next(iter(body), root) if body is not None else root
        if _local(root) == "Fault":
            raise Unreachable("the service answered with a fault")
        if _local(root) != f"{self.name}Response":
            raise Malformed(f"the reply is no {self.name}Response")
        answers = root.findall("Repliek/Antwoorden/Antwoord")
        if len(answers) != 1:
            raise Malformed(f"the reply has {len(answers)} answers, where one was asked for")
        refusals = [text or "" for text in (e.findtext("Diagnose") for e in answers[0].iter("Uitzondering"))]
        content = answers[0].find("Inhoud")
        if content is None:
            if any(text.startswith(NOTHING_FOUND) for text in refusals):
                raise Nobody("the service knows nobody with this number")
            if refusals:
                raise Unreachable("the service refused to answer")
            raise Malformed("the answer has no content")
        return content, root.findtext("Repliek/Context/Bericht/Tijdstip/Datum")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
