"""Careers as self-employed: the general register of the self-employed (ARZA), through MAGDA GeefLoopbaanARZA 02.01."""

from leerrekening.registry.sources.self_employment.message import SelfEmployment

SOURCE = SelfEmployment()
