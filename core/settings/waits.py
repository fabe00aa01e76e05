"""The look-ups that settle an unseen outcome must lie further apart than one call may last."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.lines import AccountMode, Line
from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.mistakes import Mistakes
from core.settings.shapes import FleetFile
from core.settings.yaml_file import YamlFile


def check_waits(fleet: FleetFile, read: YamlFile, lines: Iterable[Line], mistakes: Mistakes) -> None:
    """Notes a grace that is shorter than a call to a live platform: such a call could still arrive after two look-ups
    found nothing, and the post would be said twice."""
    live = {account.channel for line in lines for account in line.accounts if account.mode is AccountMode.LIVE}
    grace = fleet.delivery.grace_seconds
    for channel in sorted(name for name in live if KNOWN_CHANNELS[name].leaves_the_house):
        figures = fleet.channel(channel)
        longest = (figures.connect_limit + figures.answer_limit).total_seconds()
        if grace < longest:
            what = f"grace_seconds is {grace:g}; a call to {channel} may last {longest:g} s: a post could be said twice"
            instead = f"Write {longest:g} or more, or shorten connect_limit and answer_limit of {channel}"
            mistakes.add(read.file, read.at("delivery"), what, instead)
