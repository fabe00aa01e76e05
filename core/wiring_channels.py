"""The part of the wiring that makes channels and the pager."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import Any

from core.domain.lines import Account
from core.flow.sweep import SweepPlan
from core.ports.channel import Abilities, Channel
from core.ports.clock import Clock
from core.ports.pager import Pager
from core.ports.secrets import Secrets, SecretsBroken
from core.render.lengths import Limit
from core.settings.fleet_settings import Settings


def open_channels(settings: Settings, clock: Clock, kept: Secrets, stack: ExitStack) -> dict[str, Channel]:
    """One object per configured channel; an SDK is imported only when its channel is used."""
    from core.adapters.channels.local import LocalChannel

    local = stack.enter_context(closing(LocalChannel(f"sqlite:///{settings.state_dir / 'local.db'}", clock)))
    channels: dict[str, Channel] = {"local": local}
    for name, figures in settings.channels.items():
        if name != "local":
            channels[name] = platform_of(name)(
                kept,
                base_url=figures.base_url,
                connect_seconds=figures.connect_limit.total_seconds(),
                answer_seconds=figures.answer_limit.total_seconds(),
            )
    return channels


def abilities_of(settings: Settings) -> dict[str, Abilities]:
    """What each configured channel can do, without opening any."""
    from core.adapters.channels.local import LocalChannel

    abroad = {name: platform_of(name).abilities for name in settings.channels if name != "local"}
    return {"local": LocalChannel.abilities, **abroad}


def platform_of(name: str) -> type[Any]:
    """The class of a platform's channel; its SDK stays unloaded until a call needs it."""
    match name:
        case "apprise":
            from core.adapters.channels.apprise import AppriseChannel

            return AppriseChannel
        case "bluesky":
            from core.adapters.channels.bluesky import BlueskyChannel

            return BlueskyChannel
        case "mastodon":
            from core.adapters.channels.mastodon import MastodonChannel

            return MastodonChannel
        case "webhook":
            from core.adapters.channels.webhook import WebhookChannel

            return WebhookChannel
        case "x":
            from core.adapters.channels.x import XChannel

            return XChannel
        case _:
            raise ValueError(f"no channel is called {name}")


def limit_of(account: Account, abilities: Abilities) -> Limit:
    maximum = abilities.default_limit if account.limit is None else account.limit
    return Limit(abilities.measure, maximum, abilities.default_max_bytes)  # type: ignore[arg-type]


def sweep_plan(settings: Settings) -> SweepPlan:
    """How often, how far back and how much is read to see what is really up."""
    asked = settings.delivery
    return SweepPlan(asked.sweep_every, asked.sweep_back, asked.sweep_posts, asked.sweep_reads)


def pager_of(settings: Settings, kept: Secrets) -> Pager:
    """Who is called. Raises SecretsBroken when its address is not kept or can't be used."""
    section = settings.pager
    address, key = kept.get(section.address), kept.get(section.key) if section.key else None
    if section.kind == "log":
        from core.adapters.pagers.log import LogPager

        return LogPager()
    if address is None or (section.key and key is None):
        raise SecretsBroken(f"the pager needs {' and '.join(section.secret_names())}: see `check`")
    if section.kind == "apprise":
        from core.adapters.pagers.apprise import ApprisePager

        return ApprisePager(address)
    from core.adapters.pagers.webhook import WebhookPager

    try:
        return WebhookPager(address, key)
    except ValueError as wrong:
        raise SecretsBroken(f"the pager's address can't be used: {wrong}") from None
