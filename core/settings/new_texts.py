"""The files of a new fleet as texts that a person reads and goes on with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from core.settings.filled_in import FILL_IN
from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.new_lines import NewLine, NewNetwork

PRACTISED = tuple(name for name in ("x", "bluesky") if name in KNOWN_CHANNELS)
"""Channels whose accounts a new fleet has in practice from the start."""
_OWN_NAMES = "# Lines that are not called by their symbol."
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|[0-9]+")
_WORDS_OF_YAML = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def quoted(text: str) -> str:
    """A text as a YAML scalar, whatever it holds."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) and text.lower() not in _WORDS_OF_YAML else quoted(text)


def lines_yaml(network: NewNetwork, name: str, pack: str, languages: Sequence[str], source: str) -> str:
    """lines.yaml with a comment to each part."""
    accounts = "\n".join(f"    {channel}: {{mode: practice}}" for channel in PRACTISED)
    routes = (
        "  # Routes and colours are the feed's; where it names no colour, this grey is ours to change. The colour of"
    )
    return f"""\
# yaml-language-server: $schema=lines.schema.json
#
# The fleet of {_comment(network.agency)}: one handle per {_comment(network.noun)}.
# Made from {_comment(source)}. CHECKLIST.md says what is left to do.
#
#   run_fleet.py -c lines.yaml check     tells every mistake of this file, with line and what to write instead
#   run_fleet.py -c lines.yaml demo      shows the fleet on made-up incidents at your own stations
version: 1

# Whose facts are used: the folder agencies/{name} beside this file.
agency: {name}
clock: wall

# Folder for the store, the keys and the secrets.
state: state

# The public pages: one timeline per {_comment(network.noun)}.
pages: {{host: 127.0.0.1, port: 8420}}

# What may be said without a person. The pack holds each number with its source; read it, and its law, before going
# live. What stands here is laid over it (daily_limit, digest_at, complex: all or hold …).
policy:
  pack: {pack}

# What the platforms cost and allow. The figures change: look them up before going live.
channels:
  x: {{price_post: 0.015, price_link_post: 0.2, limit: 280}}

defaults:
  languages: [{", ".join(languages)}]
  accounts:
    local: {{mode: live}}      # the timelines on your own pages; nothing leaves this machine by them
    # Practice runs every step and sends nothing. Change to live {_comment(network.noun)} by {_comment(network.noun)},
    # once each account is connected (`accounts connect`).
{accounts}

# Where incident records come from. A new source begins now: what it already holds is counted, not said.
sources:
  - name: inbox
    kind: folder
    path: inbox
    columns: bureau           # agencies/{name}/columns/bureau.yaml says which column is what
    every: 30s
    silent_after: 3d
    may_assert: {{states: [reported], persons: false, pictures: false}}

# In order of lead: where an incident concerns several, the first of them says it in full and the others repost it.
# A branch is a route of its line. A handle has at most 15 letters or digits, so that every platform takes it.
lines:
{routes}
  # the symbol is black or white where the feed's own can't be read. Line symbols may be the agency's trademark.
{"".join(_line(line) for line in network.lines)}"""


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _line(line: NewLine) -> str:
    routes = ", ".join(quoted(route) for route in line.routes)
    ours = "" if line.own_colour else "   # the feed names none"
    return f"""\
  {_key(line.id)}:
    name: {quoted(line.name)}
    routes: [{routes}]
    colour: "{line.colour}"{ours}
    text_colour: "{line.text_colour}"
    symbol: {quoted(line.symbol)}
    handle: {line.handle}
"""


def agency_yaml(network: NewNetwork, bureau: str | None, contacts: Mapping[str, str | None]) -> str:
    """agency.yaml with what a person must fill in."""
    areas = sorted({station.area for station in network.stations if station.area})
    said = "".join(f"  {quoted(area.upper())}: {quoted(area)}\n" for area in areas)
    listed = f"areas:\n{said}" if areas else "# The feed names no areas, and none are needed.\n"
    zone = network.zone or "Etc/UTC"
    given = contacts.get("tips")
    tips = f"tips: {quoted(given)}" if given else '# tips: "555-0100"'
    unknown = "" if network.zone else f"   # {FILL_IN}: the feed names none"
    return f"""\
# Who speaks, where riders call, and the words in which records name directions and areas.
name: {quoted(network.agency)}
# {FILL_IN}: the police bureau's short name, as riders know it.
bureau: {quoted(bureau or f"{network.agency} Police")}
transit_agency: {quoted(network.agency)}
zone: {quoted(zone)}{unknown}

contacts:
  # {FILL_IN}: the number itself, in quotes. Every handle says where help is.
  emergency: {quoted(contacts.get("emergency") or f"[{FILL_IN}]")}
  # {FILL_IN}: the tips line, and its hours: without it texts say "tell" the bureau.
  {tips}

# Direction as a record writes it, in capitals -> the catalogues' code. One that isn't here is left out of texts.
directions:
  INBOUND: inbound
  IN: inbound
  OUTBOUND: outbound
  OUT: outbound

# Area as a record writes it, in capitals -> as texts say it.
{listed}"""


def messages(template: str, language: str, network: NewNetwork) -> str:
    """A catalogue made from the template: this network's own line names in place of the template's."""
    template = template.replace(f"{_OWN_NAMES}\n", "")
    kept = [
        text for text in template.splitlines() if not re.match(r"line-(?!train|one|many|named)[A-Za-z0-9-]+ =", text)
    ]
    if language == "en" and network.noun != "line":
        kept = [_called(text, network.noun) for text in kept]
    own = [_line_message(line, language, network.noun) for line in network.lines if not line.by_symbol]
    if not own:
        return "\n".join(kept) + "\n"
    at = next(index for index, text in enumerate(kept) if text.startswith("line-named =")) + 1
    return "\n".join([*kept[:at], "", _OWN_NAMES, *own, *kept[at:]]) + "\n"


def _called(text: str, noun: str) -> str:
    """A message about lines that are called by their symbol, with the noun that riders use."""
    if text.startswith("line-one ="):
        return f"line-one = the {{ $symbol }} {_fluent(noun)}"
    if text.startswith("line-many ="):
        return f"line-many = the {{ $list }} {_fluent(noun)}s"
    return f"line-train = the {{ $symbol }} {_fluent(noun)}" if text.startswith("line-train =") else text


def _line_message(line: NewLine, language: str, noun: str) -> str:
    words = line.name.split()
    stem = " ".join(word for word in words if word.lower() != noun.lower()) or line.name
    if language == "es":
        return f"line-{line.id} = la línea {_fluent(stem)}"
    return f"line-{line.id} = the {_fluent(line.name if stem != line.name else f'{line.name} {noun}')}"


def _fluent(text: str) -> str:
    """A text inside a Fluent pattern: braces and what may not stand there are literals."""
    if text.isprintable() and not set(text) & set("{}\\"):
        return text
    literal = "".join(char if char.isprintable() else " " for char in text).replace("\\", "\\\\").replace('"', '\\"')
    return f'{{ "{literal}" }}'


def demo_yaml(records: list[dict[str, Any]]) -> str:
    """demo.yaml of records."""
    head = """\
# Made-up incidents and a service notice for the demonstration. None of this happened; nobody in it exists.
# minutes_ago is counted back from the moment the demonstration starts.
"""
    return head + yaml.safe_dump({"records": records}, sort_keys=False, allow_unicode=True, width=110)


def offences_yaml(template: str) -> str:
    """The starter catalogue of offences under a heading of its own."""
    body = template[template.index("offences:") :]
    return f"""\
# A starter: the commonest kinds under made-up codes. {FILL_IN}: your bureau's own codes and words, and how far each may
# be said. saying: alone, digest (the evening's), review (a person looks first) or never. A code that isn't here waits.

{body}"""


def columns_yaml(template: str) -> str:
    """The column map of the bureau's own export."""
    return (
        f"# {FILL_IN}: the columns of your records system, on the right. As it is, they bear our own names.\n{template}"
    )


def checklist(network: NewNetwork, name: str, pack: str, languages: Sequence[str], source: str) -> str:
    """What is left to do, and what of it takes days."""
    left_out = f"\n- Left out, since no train of it stops anywhere in the feed: {', '.join(network.unserved)}.\n"
    handles = "\n".join(f"- @{line.handle}: {line.name}" for line in network.lines)
    return f"""\
# {network.agency}: what is left to do

Made from {source}. Everything is in practice: nothing leaves this machine until you change an account to live.
{left_out if network.unserved else ""}
## Now, in minutes

- [ ] `run_fleet.py -c lines.yaml check` and `run_fleet.py -c lines.yaml demo`
- [ ] agencies/{name}/agency.yaml: everything marked {FILL_IN} (bureau, emergency number, tips line and its hours)
- [ ] lines.yaml: names, colours and the order of lead; are the branches of one line together?
- [ ] agencies/{name}/offences.yaml: your own codes and words
- [ ] agencies/{name}/columns/bureau.yaml: the columns of your records, then `route` and `preview` on a few of them
- [ ] agencies/{name}/gazetteer/other_names.csv: names by which your records call stations (`stations report` measures)

## What takes days: begin now

- [ ] Read the pack {pack} beside your own law, with somebody who knows it. A pack is a reading, not advice.
- [ ] Somebody reads every message in {", ".join(languages)} and signs: `catalogue sign`. Drafts go to no live account.
- [ ] Leave of the transit agency to use its line symbols and names: they may be trademarks.
- [ ] The accounts themselves, one per handle, in the name of the bureau, with a second person who can get in.
- [ ] X: the "Automated" label on each account, naming who runs it.
- [ ] X: public-utility access (free for transport and emergency notices): apply; until it is given each post is paid,
      and an account may not be able to answer itself in threads.
- [ ] Each account's bio: who speaks, that it isn't watched around the clock, and the emergency number.
- [ ] Link each account from the bureau's own pages, so that riders can tell it from a false one.
- [ ] Who may approve what, and who is called at night: `people add`.

## The handles

{handles}
"""
