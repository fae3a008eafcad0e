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
        description="Writes the decision when it has the same bytes as when the receipt was made. A decision under "
        "an older text of the law is run on that text: --law names the folder that holds it.",
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
    documents = _documents(arguments.law)
    now = documents.engine.law.version
    made = f"  law then: {given['law']}\n  law now:  {now}\n  engine then: {given['engine']}, now: {ENGINE_VERSION}"
    try:
        decision, same = receipts.replay(documents, given)
    except (receipts.ReceiptError, SituationError) as error:
        if given["law"] != now:
            raise CheckFailed(
                f"the text of the law has changed since this receipt: {error}\n{made}"
            ) from None
        raise BadInput(f"{arguments.receipt}: {error}") from None
    if not same:
        hint = "" if given["law"] == now else "\n  Give the folder with the text of then: --law FOLDER"
        raise CheckFailed(f"the decision is not the same as when the receipt was made\n{made}{hint}")
    asking.write(decision)
    return 0


def _documents(folder: str | None) -> Documents:
    from leerrekening.lawtext.keeper import LawKeeper
    from leerrekening.lawtext.reader import LawError

    if folder is None:
        return asking.held_law().documents
    try:
        return LawKeeper(Path(folder)).held().documents
    except LawError as error:
        raise CheckFailed(f"the law in {folder} cannot be read\n  {error}") from None
