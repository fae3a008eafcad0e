"""Employment: quarterly declarations of employers (DmfA), through MAGDA GeefDmfaVoorWerknemer 03.00."""

from leerrekening.registry.sources.employment.message import Employment

SOURCE = Employment()
