"""Numbers of the advisory locks that PostgreSQL holds for the length of a transaction."""

from __future__ import annotations

LOG = 0x5F10
"""Appends one after another, so that a reader never meets a gap that fills later."""
CLAIM = 0x5F11
"""Claims one after another, so that two never take the same account."""
MIGRATION = 0x5F12
"""One process brings the schema up to date."""
AUDIT = 0x5F13
"""Audit rows one after another, so that their chain has one head; always taken last, just before the commit."""
PAUSE = 0x5F14
"""Whoever writes an attempt shares it; a pause waits for them, so that no attempt comes after it."""
