"""What each channel can do, pinned; a promise about an ability is asked of the channels that have it."""

from __future__ import annotations

import pytest

from core.ports.channel import Abilities, LookUp

ABILITIES = {
    "apprise": Abilities(
        reaches_public=True,
        repost=False,
        reply=False,
        remove=False,
        look_up=LookUp.NONE,
        spoken=False,
        measure="characters",
        default_limit=1000,
    ),
    "bluesky": Abilities(
        reaches_public=True,
        repost=True,
        reply=True,
        remove=True,
        look_up=LookUp.EXACT,
        spoken=False,
        measure="graphemes",
        default_limit=300,
        default_max_bytes=3000,
        pictures=True,
        lists=True,
    ),
    "local": Abilities(
        reaches_public=False,
        repost=True,
        reply=True,
        remove=True,
        look_up=LookUp.EXACT,
        spoken=True,
        measure="characters",
        default_limit=1000,
        pictures=True,
        lists=True,
    ),
    "mastodon": Abilities(
        reaches_public=True,
        repost=True,
        reply=True,
        remove=True,
        look_up=LookUp.EVENTUAL,
        spoken=False,
        measure="mastodon",
        default_limit=500,
        pictures=True,
        lists=True,
    ),
    "webhook": Abilities(
        reaches_public=True,
        repost=False,
        reply=True,
        remove=True,
        look_up=LookUp.EXACT,
        spoken=True,
        documents=True,
        measure="characters",
        default_limit=4000,
    ),
    "x": Abilities(
        reaches_public=True,
        repost=True,
        reply=True,
        remove=True,
        look_up=LookUp.EVENTUAL,
        spoken=False,
        measure="x",
        default_limit=280,
        pictures=True,
        lists=True,
    ),
}


def that_can(*abilities: str) -> pytest.MarkDecorator:
    """Asks the channels only that have all of these abilities."""
    lacks = (False, LookUp.NONE)
    able = [name for name, can in ABILITIES.items() if not any(getattr(can, one) in lacks for one in abilities)]
    return pytest.mark.parametrize("stage", able, indirect=True)
