"""What holds for every test: a property is judged by what it says, never by how long a busy machine took."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
