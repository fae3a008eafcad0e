"""The leer- en loopbaanrekening: one account of every right to learn, read from one law text."""

__version__ = "0.1.0"
