"""Identity and residence: the National Register, through MAGDA GeefHistoriekPersoon 02.02."""

from leerrekening.registry.sources.population_register.message import PopulationRegister

SOURCE = PopulationRegister()
