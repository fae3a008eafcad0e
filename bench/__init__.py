"""Measurements, run on purpose."""
