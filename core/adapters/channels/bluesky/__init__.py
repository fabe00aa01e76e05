"""Bluesky as a channel. Importing it is light: atproto is loaded at the first call."""

from __future__ import annotations

from core.adapters.channels.bluesky.channel import BlueskyChannel

__all__ = ["BlueskyChannel"]
