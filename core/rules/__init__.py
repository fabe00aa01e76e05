"""Verbs that decide: pure functions that take the time as an argument."""
