"""Registers that are asked about people, one folder each: the real client and the demo beside it."""

from datetime import timedelta
from typing import Final

from leerrekening.registry.sources.register import Register

REGISTERS: Final[tuple[Register, ...]] = (
    Register(
        "population_register",
        {
            "nl": "Rijksregister",
            "fr": "Registre national",
            "de": "Nationalregister",
            "en": "National Register",
        },
        {
            "nl": "de dienst Bevolking van uw gemeente",
            "fr": "le service Population de votre commune",
            "de": "der Dienst Bevölkerung Ihrer Gemeinde",
            "en": "the population service of your municipality",
        },
        (
            "person.birth_date",
            "person.residence",
            "person.moved_from_other_eea",
            "person.lives_alone",
        ),
        timedelta(days=31),
        nobody_means_none=False,
    ),
    Register(
        "employment",
        {
            "nl": "Kwartaalaangiften van werkgevers (DmfA)",
            "fr": "Déclarations trimestrielles des employeurs (DmfA)",
            "de": "Vierteljährliche Erklärungen der Arbeitgeber (DmfA)",
            "en": "Quarterly declarations of employers (DmfA)",
        },
        {"nl": "de RSZ", "fr": "l'ONSS", "de": "das LSS", "en": "the National Social Security Office (RSZ)"},
        ("jobs",),
        timedelta(days=100),
    ),
    Register(
        "self_employment",
        {
            "nl": "Loopbaan als zelfstandige",
            "fr": "Carrière d'indépendant",
            "de": "Laufbahn als Selbstständiger",
            "en": "Career as self-employed",
        },
        {"nl": "het RSVZ", "fr": "l'INASTI", "de": "das LISVS", "en": "the RSVZ"},
        ("jobs",),
        timedelta(days=100),
    ),
    Register(
        "learning_credentials",
        {
            "nl": "Leer- en Ervaringsbewijzendatabank (LED)",
            "fr": "Banque de données des titres d'apprentissage et d'expérience (LED)",
            "de": "Datenbank der Lern- und Erfahrungsnachweise (LED)",
            "en": "Database of learning and experience credentials (LED)",
        },
        {"nl": "de LED", "fr": "la LED", "de": "die LED", "en": "the LED"},
        ("person.highest_diploma",),
        timedelta(days=100),
    ),
    Register(
        "benefits",
        {
            "nl": "Uitkeringen",
            "fr": "Allocations",
            "de": "Leistungen",
            "en": "Benefits",
        },
        {
            "nl": "de instelling die uw uitkering betaalt",
            "fr": "l'institution qui paie votre allocation",
            "de": "die Einrichtung, die Ihre Leistung zahlt",
            "en": "the institution that pays your benefit",
        },
        ("person.benefits", "person.children_on_benefit"),
        timedelta(days=31),
    ),
    Register(
        "rights_used",
        {
            "nl": "Gebruikte Vlaamse opleidingsrechten",
            "fr": "Droits flamands à la formation déjà utilisés",
            "de": "Genutzte flämische Weiterbildungsrechte",
            "en": "Flemish training rights already used",
        },
        {
            "nl": "het Departement Werk en Sociale Economie",
            "fr": "le Departement Werk en Sociale Economie",
            "de": "das Departement Werk en Sociale Economie",
            "en": "the Departement Werk en Sociale Economie",
        },
        ("used", "guidance"),
        timedelta(days=31),
    ),
)
