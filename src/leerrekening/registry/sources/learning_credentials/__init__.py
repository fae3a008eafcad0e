"""Diplomas: the Leer- en Ervaringsbewijzendatabank (LED), through GeefBewijs 02.00."""

from leerrekening.registry.sources.learning_credentials.message import LearningCredentials

SOURCE = LearningCredentials()
