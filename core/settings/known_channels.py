"""Which channels there are, what a handle may look like on each, and which secrets a live account needs."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """One channel as settings see it. A new channel is one more entry of `KNOWN_CHANNELS`."""

    handle_pattern: str
    handle_words: str
    """The pattern, said for a person."""
    secrets: tuple[str, ...] = ()
    """Names of the secrets that a live account needs; `{handle}` stands for its handle."""
    leaves_the_house: bool = True

    def fits(self, handle: str) -> bool:
        """Whether the platform would take such a handle."""
        return re.fullmatch(self.handle_pattern, handle) is not None

    def needs(self, handle: str) -> tuple[str, ...]:
        """Names of the secrets for one account."""
        return tuple(name.replace("{handle}", handle) for name in self.secrets)


KNOWN_CHANNELS: dict[str, ChannelRules] = {
    "local": ChannelRules(r"[A-Za-z0-9_]{1,40}", "at most 40 letters, digits or _", leaves_the_house=False),
    # A username has at most 15 letters, digits and underscores (X's help pages on usernames, November 2026).
    "x": ChannelRules(
        r"[A-Za-z0-9_]{1,15}",
        "at most 15 letters, digits or _",
        secrets=("x:app_key", "x:app_secret", "x:{handle}:token", "x:{handle}:token_secret"),
    ),
}
