"""Measurements, run by hand; none gates on a time."""
