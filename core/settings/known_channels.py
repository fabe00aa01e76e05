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
    needs_address: bool = False
    """True where anyone may run the server: `channels: NAME: base_url` says which one holds the accounts."""
    endpoint: bool = False
    """True for a system's endpoint, which may be handed what is said of persons."""
    domain: str | None = None
    """Where handles are names in the internet's naming system: what follows one without a dot, unless `lines.yaml` says
    otherwise."""

    def whole(self, handle: str, domain: str | None) -> str:
        """The handle as the platform writes it."""
        ending = domain or self.domain
        return handle if self.domain is None or "." in handle else f"{handle}.{ending}".lower()

    def fits(self, handle: str) -> bool:
        """Whether the platform would take such a handle."""
        return re.fullmatch(self.handle_pattern, handle) is not None

    def needs(self, handle: str) -> tuple[str, ...]:
        """Names of the secrets for one account."""
        return tuple(name.replace("{handle}", handle) for name in self.secrets)


KNOWN_CHANNELS: dict[str, ChannelRules] = {
    # One service behind an Apprise URL; the name is the fleet's own.
    "apprise": ChannelRules(
        r"[A-Za-z0-9_-]{1,40}", "at most 40 letters, digits, _ or -", secrets=("apprise:{handle}:url",)
    ),
    # A handle is a domain name (atproto specification, "Handle"); under bsky.social its own part has 3 to 18 characters
    # (source of the PDS, handle rules, November 2026).
    "bluesky": ChannelRules(
        r"(?i)(?=.{4,253}$)(?!.*\.bsky\.social$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
        r"|[a-z0-9][a-z0-9-]{1,16}[a-z0-9]\.bsky\.social",
        "letters, digits and - in parts joined by dots, and before .bsky.social 3 to 18 of them",
        secrets=("bluesky:{handle}:password",),
        domain="bsky.social",
    ),
    "local": ChannelRules(r"[A-Za-z0-9_]{1,40}", "at most 40 letters, digits or _", leaves_the_house=False),
    # A username on its own server, without @server (Mastodon's source, app/models/account.rb: 30 letters, digits or _).
    "mastodon": ChannelRules(
        r"[A-Za-z0-9_]{1,30}",
        "at most 30 letters, digits or _, without @ and server",
        secrets=("mastodon:{handle}:token",),
        needs_address=True,
    ),
    # A system's endpoint, one for all lines: the handle says which line speaks.
    "webhook": ChannelRules(
        r"[A-Za-z0-9_]{1,40}",
        "at most 40 letters, digits or _",
        secrets=("webhook:key",),
        needs_address=True,
        endpoint=True,
    ),
    # A username has at most 15 letters, digits and underscores (X's help pages on usernames, November 2026).
    "x": ChannelRules(
        r"[A-Za-z0-9_]{1,15}",
        "at most 15 letters, digits or _",
        secrets=("x:app_key", "x:app_secret", "x:{handle}:token", "x:{handle}:token_secret"),
    ),
}
