"""From a feed's alert to a service alert: identity, lines, words, and what the agency's table says of it."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.adapters.sources.gtfs_realtime.feed import EntityBroken, FeedAlert, Selector, Texts
from core.domain.alert_map import AlertMap
from core.domain.alerts import AlertTypes, Period, ServiceAlert
from core.domain.lines import Line, LineId

MOST_CHARACTERS = 20_000
"""Of one text: what is longer is no words for riders."""
LONGEST_ID = 200
LONGEST_BEFORE = 14 * 24 * 3600
"""Seconds."""
_RANKED = re.compile(r"(.+:[0-9]+):[0-9]{1,2}")
_BLANKS = re.compile(r"[ \t\u00a0]+")
_UNSEEN = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), *range(127, 160), 0x200B, 0x200C, *range(0x202A, 0x202F), 0x2060, 0xFEFF]
)
"""Characters that riders don't see: controls but tab and line ends, blanks without width, and what turns the direction
of what follows. The joiner stays: scripts and emoji need it."""
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,15})(?:\s[^<>]{0,500})?/?>")
_OF_LINES = frozenset({"br", "div", "h1", "h2", "h3", "h4", "li", "ol", "p", "tr", "ul"})


@dataclass(frozen=True, slots=True)
class Told:
    """What a feed says of one alert now. `key` is its id without rank; `words` is equal for those of equal words,
    lines and periods."""

    key: str
    words: str
    periods: tuple[Period, ...]
    before: timedelta
    alert: ServiceAlert
    is_ours: bool
    clone_of: str | None


def by_route(lines: Iterable[Line]) -> dict[str, tuple[LineId, ...]]:
    """Route id → the lines it runs on, in the fleet's order of lead."""
    found: dict[str, tuple[LineId, ...]] = {}
    for line in lines:
        for route in line.routes:
            found[route] = (*found.get(route, ()), line.id)
    return found


@dataclass(frozen=True)
class AlertReader:
    """Reads the alerts of one agency. `routes` are the fleet's, in its order of lead; `agency_ids` those whose
    selectors count (none: all); `language` is what words are in that name none; `show_before` how early one is shown
    that does not say so; `by` is the map of a form that is no GTFS-realtime."""

    source: str
    agency: str
    routes: Mapping[str, tuple[LineId, ...]]
    agency_ids: frozenset[str]
    types: AlertTypes
    language: str
    show_before: timedelta
    by: AlertMap | None = None

    def read(self, given: FeedAlert, at: datetime) -> Told:
        """The alert as the feed of this time has it. Raises EntityBroken."""
        key = key_of(given)
        if not key or len(key) > LONGEST_ID or not key.isprintable():
            raise EntityBroken("id: is empty, too long or not to be written")
        header, description = self._words(given.header, "header_text"), self._words(given.description, "description")
        if not header:
            raise EntityBroken("header_text: has no plain words")
        description = {tongue: words for tongue, words in description.items() if not self.types.is_for_staff(words)}
        ours = [selector for selector in given.informed if self._counts(selector)]
        alert_type = _plain(given.mercury.alert_type or "")[:LONGEST_ID] if given.mercury else given.effect
        saying, why = self.types.of(alert_type, "\n".join(header.values()))
        alert = ServiceAlert(
            agency=self.agency,
            id=key,
            source=self.source,
            lines=self._lines(ours),
            header=header,
            description=description,
            known_at=at,
            type=alert_type,
            periods=self._words(given.mercury.periods, "human_readable_active_period") if given.mercury else {},
            stops=tuple(sorted({one.stop for one in ours if one.stop and one.stop.isprintable()})),
            saying=saying,
            saying_why=why,
            pressing=alert_type in self.types.pressing,
            police=self.types.is_of_police("\n".join((*header.values(), *description.values()))),
        )
        before = self.show_before
        if given.mercury is not None and given.mercury.display_before_active is not None:
            before = timedelta(seconds=max(0, min(given.mercury.display_before_active, LONGEST_BEFORE)))
        is_ours = any(one.route in self.routes or one.agency in self.agency_ids for one in ours)
        clone_of = given.mercury.clone_id if given.mercury else None
        return Told(key, _words_mark(alert, given.periods), given.periods, before, alert, is_ours, clone_of)

    def gone(self, subject: str, at: datetime) -> ServiceAlert:
        """An all-clear for what the feed has no more. It has no words: what was said is known to who said it."""
        return ServiceAlert(
            agency=self.agency, id=subject, source=self.source, lines=(), header={}, known_at=at, over=True
        )

    def strange_routes(self, given: FeedAlert) -> set[str]:
        """Routes that it names and that no line runs on."""
        named = {selector.route for selector in given.informed if selector.route and self._counts(selector)}
        return named - self.routes.keys()

    def _counts(self, selector: Selector) -> bool:
        return not self.agency_ids or selector.agency is None or selector.agency in self.agency_ids

    def _lines(self, selectors: list[Selector]) -> tuple[LineId, ...]:
        """By routes alone: a stop says nothing of which lines call there, not even beside a route."""
        named = {selector.route for selector in selectors}
        found = [line for route, lines in self.routes.items() if route in named for line in lines]
        return tuple(dict.fromkeys(found))

    def _words(self, texts: Texts, field: str) -> dict[str, str]:
        """Language → plain words; the first of a language counts, markup is left."""
        found: dict[str, str] = {}
        for language, text in texts:
            spoken = _language(language) if language else self.language
            words = _plain(text)
            if len(words) > MOST_CHARACTERS:
                raise EntityBroken(f"{field}: is longer than {MOST_CHARACTERS} characters")
            if words and not language.lower().endswith("-html"):
                found.setdefault(spoken, words)
        return found


def key_of(given: FeedAlert) -> str:
    """The alert's id without the status rank that Mercury's ids carry since 2026 (`lmm:alert:532243:31`): the rank
    changes with the status. `lmm:planned_work:NNN` has none, nor have ids of other feeds."""
    ranked = _RANKED.fullmatch(given.id) if given.mercury is not None else None
    return ranked[1] if ranked else given.id


def shown(told: Told, begun: bool) -> ServiceAlert:
    """The alert as it is now. Its beginning counts only until then: feeds drop periods that have passed, which riders
    don't notice."""
    first = min((one.start for one in told.periods if one.start is not None), default=None)
    ends = [one.end for one in told.periods if one.end is not None]
    is_open = len(ends) < len(told.periods) or not ends
    return told.alert.model_copy(
        update={
            "active_from": None if begun else first,
            "active_to": None if is_open else max(ends),
            "upcoming": not begun,
        }
    )


def content_mark(alert: ServiceAlert) -> str:
    """Equal while a rider would notice no change."""
    return _mark(alert.model_dump_json(exclude={"source", "known_at"}))


def _words_mark(alert: ServiceAlert, periods: tuple[Period, ...]) -> str:
    times = [[str(one.start), str(one.end)] for one in periods]
    return _mark(json.dumps([alert.header, alert.description, alert.lines, alert.type, times]))


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _language(tag: str) -> str:
    """`en-US` is read as `en`; Chinese keeps its script or region, by which its readers differ."""
    main, _, rest = tag.replace("_", "-").partition("-")
    return f"{main.lower()}-{rest}" if main.lower() == "zh" and rest else main.lower()


def _plain(text: str) -> str:
    """One blank, one empty line at most, nothing that can't be seen or written."""
    text = _without_markup(text.encode("utf-8", "replace").decode())
    lines = (_BLANKS.sub(" ", line).strip() for line in text.translate(_UNSEEN).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_markup(text: str) -> str:
    """Plain words are often HTML all the same; what has no tag is left as it stands."""
    bare = _TAG.sub(lambda tag: "\n" if tag["name"].lower() in _OF_LINES else "", text)
    return text if bare == text else html.unescape(bare)
