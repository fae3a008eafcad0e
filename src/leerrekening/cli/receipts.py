"""`./llr replay`: run the decision of a receipt again and see that it gives the same bytes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from leerrekening.cli import Subparsers, asking
from leerrekening.cli.errors import BadInput, CheckFailed

if TYPE_CHECKING:
    from leerrekening.rules.document import Documents


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "replay",
        help="run the decision of a receipt again",
        description="Writes the decision when it has the same bytes as when the receipt was made. A decision under an "
        "older text of the law is run on that text, from the store of law texts or from the folder in --law.",
        allow_abbrev=False,
    )
    parser.add_argument("receipt", metavar="RECEIPT", help="a file that ./llr decide --receipt wrote")
    parser.add_argument("--law", metavar="FOLDER", help="the folder with the text of the law to decide with")
    parser.set_defaults(handler=replay)


def replay(arguments: argparse.Namespace) -> int:
    """Decide again. Returns 0 and writes the decision when it is the same. Errors: BadInput, CheckFailed."""
    from leerrekening.rules import ENGINE_VERSION
    from leerrekening.rules import receipt as receipts
    from leerrekening.rules.situation import SituationError

    try:
        given = receipts.read_receipt(Path(arguments.receipt).read_bytes())
    except OSError as error:
        raise BadInput(f"{arguments.receipt}: cannot be read ({error.strerror})") from None
    except (receipts.ReceiptError, SituationError) as error:
        raise BadInput(f"{arguments.receipt}: {error}") from None
    documents = _documents(given["law"], arguments.law)
    version = documents.engine.law.version
    made = f"  law: {given['law']}, engine: {given['engine']}\n  now: {version}, engine: {ENGINE_VERSION}"
    try:
        decision, same = receipts.replay(documents, given)
    except (receipts.ReceiptError, SituationError) as error:
        if given["law"] != version:
            raise CheckFailed(
                f"this is not the text of the law that the receipt is of: {error}\n{made}"
            ) from None
        raise BadInput(f"{arguments.receipt}: {error}") from None
    if not same:
        raise CheckFailed(f"the decision is not the same as when the receipt was made\n{made}")
    asking.write(decision)
    return 0


def _documents(version: object, folder: str | None) -> Documents:
    """The law of a receipt: in a folder that was named, as it now stands, or from the store of older texts."""
    from leerrekening.lawtext.archive import ArchiveError, read_archived
    from leerrekening.lawtext.keeper import LawKeeper
    from leerrekening.lawtext.reader import LawError
    from leerrekening.rules.decide import Engine
    from leerrekening.rules.document import Documents

    try:
        if folder is not None:
            return LawKeeper(Path(folder)).held().documents
        held = asking.held_law()
        if version == held.law.version:
            return held.documents
        return Documents(Engine(read_archived(str(version))))
    except LawError as error:
        raise CheckFailed(f"the law in {folder} cannot be read\n  {error}") from None
    except ArchiveError as error:
        raise CheckFailed(f"{error}\n  Or name the folder that holds that text: --law FOLDER") from None
