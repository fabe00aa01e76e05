"""Resolves the accounts of every line (defaults, then the line's own) and finds what is wrong with them."""

from __future__ import annotations

from core.domain.lines import Account, AccountId, AccountMode, Descriptions, LineId, LinkPolicy, ThreadForm
from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.mistakes import Mistakes, near, shown
from core.settings.shapes import AccountSection, FleetFile
from core.settings.spend_shapes import USUAL_LINKS, prices_of
from core.settings.yaml_file import Steps, YamlFile

LOCAL = "local"


def resolve_accounts(fleet: FleetFile) -> dict[str, tuple[Account, ...]]:
    """Line id → its accounts, off ones too, in the order of the defaults. Unknown channels are left out; the local
    timeline is there without being named."""
    named = dict.fromkeys((LOCAL, *fleet.defaults.accounts))
    resolved: dict[str, tuple[Account, ...]] = {}
    for line_id, line in fleet.lines.items():
        channels = [name for name in dict.fromkeys((*named, *line.accounts)) if name in KNOWN_CHANNELS]
        resolved[line_id] = tuple(_account(fleet, line_id, name) for name in channels)
    return resolved


def _account(fleet: FleetFile, line_id: str, channel: str) -> Account:
    line = fleet.lines[line_id]
    own = line.accounts.get(channel, AccountSection())
    shared = fleet.defaults.accounts.get(channel, AccountSection())
    figures = fleet.channel(channel)
    prices = prices_of(channel, figures)
    handle = KNOWN_CHANNELS[channel].whole(own.handle or line.handle, figures.domain)
    usual = AccountMode.LIVE if channel == LOCAL else AccountMode.PRACTICE
    return Account(
        id=AccountId(f"{channel}:{handle}"),
        channel=channel,
        handle=handle,
        line=LineId(line_id),
        mode=own.mode or shared.mode or usual,
        languages=own.languages or line.languages or shared.languages or fleet.defaults.languages,
        thread=own.thread or shared.thread or ThreadForm.THREAD,
        limit=own.limit or shared.limit or figures.limit,
        price_post=prices["price_post"],
        price_link_post=prices["price_link_post"],
        price_alt=prices["price_alt"],
        price_delete=prices["price_delete"],
        price_read=prices["price_read"],
        budget=shared.budget if own.budget is None else own.budget,
        links=own.links or shared.links or USUAL_LINKS.get(channel, LinkPolicy.KEEP),
        card=bool(shared.card if own.card is None else own.card),
        descriptions=own.descriptions or shared.descriptions or Descriptions.THREAD,
    )


def check_accounts(fleet: FleetFile, read: YamlFile, mistakes: Mistakes) -> None:
    """Notes unknown channels, handles that no platform takes or that two lines share, and modes that can't be."""
    _check_channels(fleet, read, mistakes)
    for channel, shared in fleet.defaults.accounts.items():
        if shared.handle is not None:
            at = read.at("defaults", "accounts", channel, "handle")
            mistakes.add(read.file, at, "all lines would share one handle", "Write it under the line that has it")
    taken: dict[str, str] = {}
    told: set[Steps] = set()
    for line_id, accounts in resolve_accounts(fleet).items():
        for account in accounts:
            where = _place_of(read, line_id, account.channel, "handle", fallback=("lines", line_id, "handle"))
            first = taken.setdefault(account.id.lower(), line_id)
            if first != line_id and where not in told:
                told.add(where)
                what = f"handle {shown(account.handle)} is line {first}'s already"
                mistakes.add(read.file, read.at(*where), what, "Give each line its own")
            _check_account(fleet, account, read, where, mistakes)


def _check_channels(fleet: FleetFile, read: YamlFile, mistakes: Mistakes) -> None:
    places: list[Steps] = [("channels", name) for name in fleet.channels]
    places += [("defaults", "accounts", name) for name in fleet.defaults.accounts]
    places += [("lines", line, "accounts", name) for line in fleet.lines for name in fleet.lines[line].accounts]
    for name, section in fleet.channels.items():
        if section.persons != "never" and name in KNOWN_CHANNELS and not KNOWN_CHANNELS[name].endpoint:
            what = f"`persons` is for a system's endpoint, and {name} is none: riders read there what people approved"
            mistakes.add(read.file, read.at("channels", name, "persons"), what, "Take the key out")
    for place in places:
        name = str(place[-1])
        if name not in KNOWN_CHANNELS:
            instead = near(name, KNOWN_CHANNELS)
            mistakes.add(read.file, read.at(*place), f"{shown(name)} is no channel that is known", instead)
        elif place[0] != "channels" and KNOWN_CHANNELS[name].needs_address and fleet.channel(name).base_url is None:
            instead = f"Write `channels: {{{name}: {{base_url: https://…}}}}`"
            mistakes.add(read.file, read.at(*place), f"nothing says which {name} server holds the accounts", instead)


def _check_account(fleet: FleetFile, account: Account, read: YamlFile, where: Steps, mistakes: Mistakes) -> None:
    rules = KNOWN_CHANNELS[account.channel]
    off = account.mode is AccountMode.OFF
    shared = ("defaults", "accounts", account.channel, "mode")
    mode = read.at(*_place_of(read, account.line, account.channel, "mode", fallback=shared))
    if not off and not rules.fits(account.handle):
        what = f"handle {shown(account.handle)} ({len(account.handle)} characters) can't be one on {account.channel}"
        mistakes.add(read.file, read.at(*where), what, f"A handle there has {rules.handle_words}")
    if off and account.channel == LOCAL:
        mistakes.add(read.file, mode, "the local timeline is always on", "Write live, or practice to show nothing")
    if not off and rules.leaves_the_house and fleet.clock == "record":
        what = f"`clock: record` with {account.channel} on would say old records as if they were new"
        mistakes.add(read.file, mode, what, f"Write `{account.channel}: {{mode: off}}`, or `clock: wall`")


def _place_of(read: YamlFile, line_id: str, channel: str, key: str, fallback: Steps) -> Steps:
    own: Steps = ("lines", line_id, "accounts", channel, key)
    return own if own in read.places else fallback
