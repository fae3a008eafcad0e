"""`./llr people`: invented people, files from registers, what is known of somebody."""

import argparse

from leerrekening.cli import Subparsers
from leerrekening.cli.database import add_data_option


def register(subparsers: Subparsers) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "people", help="people and what is known of them: load the invented ones", allow_abbrev=False
    )
    add_data_option(parser)
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    text = "add the invented people of the demo, with what each register says of them; again: nothing changes"
    loading = commands.add_parser("demo", help=text, description=text, allow_abbrev=False)
    loading.set_defaults(handler=demo)


def demo(arguments: argparse.Namespace) -> int:
    """Load the invented people."""
    from datetime import UTC, datetime

    from leerrekening.cli.ledger import opened
    from leerrekening.database.access import Access
    from leerrekening.demo import loading, personas
    from leerrekening.ledger.installation import login_of

    everybody = personas.people().values()
    with opened(arguments.data) as server:
        access = Access(lambda kind: server.dsn(login_of(kind)))
        try:
            for persona, party in loading.load(access, everybody, datetime.now(UTC).date()):
                print(f"{party}  {persona.name}: {persona.story['en']}")
        finally:
            access.close()
    return 0
