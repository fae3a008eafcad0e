"""`./llr translations`: bring the files that translators fill in up to date with the pages."""

import argparse

from leerrekening.cli import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "translations", help="collect the texts of the site for translation; 1 when some are missing"
    )
    parser.set_defaults(handler=update)


def update(_arguments: argparse.Namespace) -> int:
    """Rewrite the .po files; say per language how many texts wait. Returns 1 when any does."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leerrekening.web.settings")
    django.setup()
    from leerrekening.web.translations import source_file
    from leerrekening.web.translations import update as update_files

    missing = update_files()
    for language, number in missing.items():
        print(f"{source_file(language)}: {number} without translation")
    return 1 if any(missing.values()) else 0
