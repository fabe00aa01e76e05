"""Verbs that act: one use case a file."""
