"""What riders must find on each handle, worked out from the recorded alerts' own fields and from nothing of ours.

It knows three things besides the feed: the lines' order, routes and signs (lines.yaml), which types are said
(alert_types.yaml), and that the agency's name stands before its words. No module of the fleet is used here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Alert = Mapping[str, Any]
MERCURY = "transit_realtime.mercury_alert"
ICONS = {"accessibility icon": "♿", "shuttle bus icon": "🚌", "bus icon": "🚌", "airplane icon": "✈️"}
_MARK = re.compile(r"\s*\bRef ([0-9B-DF-HJ-NP-TV-Z]{7})(?:, update (\d+))?(?: \((\d+)/\d+\))?\s*$")
_AS_OF = re.compile(r"^As of \d+:\d\d [AP]M\. ")
ALL_CLEAR = "All clear. What this notice was about is over:"


@dataclass(frozen=True, order=True)
class Said:
    """One wording as it stands: whose handle, what, and who repeated it."""

    handle: str
    words: str
    repeated_by: tuple[str, ...] = ()


Thread = tuple[Said, ...]


class Riders:
    """What riders must be told. `speaker` is the agency's name; `lines` and `types` are the two files' tables."""

    def __init__(self, speaker: str, lines: Mapping[str, Mapping[str, Any]], types: Mapping[str, str]) -> None:
        self._speaker = speaker
        self._lines = lines
        self._types = types
        self._signs = {str(name): str(line.get("symbol", name)) for name, line in lines.items()}
        self._signs |= {str(r): self._signs[str(name)] for name, line in lines.items() for r in line["routes"]}
        self._signs |= {sign: sign for sign in self._signs.values()}

    def told_now(self, alert: Alert, moment: int, usually_before: int) -> bool:
        """True where its type is said, it names a line, and one of its periods is on or near enough."""
        before = alert[MERCURY].get("display_before_active", usually_before)
        periods = [(one.get("start", 0) - before, one.get("end") or float("inf")) for one in alert["active_period"]]
        is_on = any(start <= moment < end for start, end in periods)
        return is_on and bool(self.handles(alert)) and self._types.get(alert[MERCURY]["alert_type"]) == "say"

    def handles(self, alert: Alert) -> list[str]:
        """Of the lines whose routes it names, in the fleet's order: the first leads."""
        named = {one.get("route_id") for one in alert["informed_entity"]}
        return [line["handle"] for line in self._lines.values() if named & {str(route) for route in line["routes"]}]

    def said(self, alert: Alert, upcoming: bool = False, over: bool = False, lead: str | None = None) -> Said:
        """The alert's wording: `lead` where another handle leads than its lines say."""
        handles = self.handles(alert)
        lead = lead or handles[0]
        header, details = self._plain(alert, "header_text"), self._plain(alert, "description_text")
        stop = "." if details and not header.endswith((".", "!", "?", ":", "…")) else ""
        first = ALL_CLEAR if over else "Upcoming." if upcoming else ""
        words = _squeezed(f"{first} {self._speaker}: {header}{stop} {details}")
        return Said(lead, words, tuple(sorted(set(handles) - {lead})))

    def _plain(self, alert: Alert, field: str) -> str:
        texts = alert.get(field, {"translation": []})["translation"]
        words = next((one["text"] for one in texts if one["language"] == "en"), "")
        words = re.sub(r"(?<=[\w\]])(?=\[)", " ", words)
        for name, sign in ICONS.items():
            words = words.replace(f"[{name}]", sign).replace(name, sign)
        return re.sub(r"\[([^\]]+)\]", lambda token: self._signs.get(token[1], token[0]), words).strip()


def _squeezed(words: str) -> str:
    return " ".join(words.split())


def threads_on_record(posts: Sequence[Any], before: Callable[[str], str] = _squeezed) -> dict[str, Thread]:
    """Reference → its wordings as the server has them, in order. Fails where a part stands twice, is out of order, or
    answers something else than what was said before it."""
    wordings: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for post in (one for one in posts if one.kind == "post"):
        mark = _MARK.search(post.text)
        assert mark is not None, post.text
        parts = wordings[mark[1], int(mark[2] or 1)]
        parts.append(post)
        assert int(mark[3] or 1) == len(parts), "a part stands twice or out of order"
        first = wordings[mark[1], 1][0].id
        assert post.reply_to == (parts[-2].id if len(parts) > 1 else None if post.id == first else first)
        assert post.username == parts[0].username
    again = defaultdict(list)
    for post in (one for one in posts if one.kind == "repost"):
        again[post.repost_of].append(post.username)
    said = {
        key: Said(
            parts[0].username,
            before(_AS_OF.sub("", " ".join(_MARK.sub("", part.text) for part in parts))),
            tuple(sorted(again.pop(parts[0].id, ()))),
        )
        for key, parts in wordings.items()
    }
    assert not again, "something else than a wording's first part was repeated"
    return {reference: _in_order(said, reference) for reference in {key[0] for key in said}}


def _in_order(said: Mapping[tuple[str, int], Said], reference: str) -> Thread:
    updates = sorted(update for name, update in said if name == reference)
    assert updates == list(range(1, len(updates) + 1))
    return tuple(said[reference, update] for update in updates)


def sorted_threads(threads: Iterable[Thread]) -> list[Thread]:
    """For comparing."""
    return sorted(threads)
