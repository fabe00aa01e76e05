"""What every feed begins with: whose it is, what it is about, where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from core.domain.lines import LineId
from core.domain.published import Published, Words

DEMONSTRATION = "Demonstration. Not the police."


@dataclass(frozen=True, slots=True)
class FeedHead:
    """One feed of a fleet, or of one of its lines, in one language where the format knows but one."""

    title: str
    author: str
    """The bureau's name."""
    base: str
    """Address of the public pages, without a slash at its end."""
    path: str
    """Of this feed there: `/feeds/atom.xml`."""
    line: LineId | None
    language: str
    sender: str
    """Who sends, in CAP's words: a name that is nobody else's."""
    routes: Mapping[LineId, tuple[str, ...]]
    """Line → its GTFS route ids."""
    demonstration: bool = False
    shows_cards: bool = False
    """True where others surely reach the pages, so that a feed may point at a picture there."""

    @property
    def url(self) -> str:
        """Where the feed stands."""
        return self.base + self.path

    @property
    def home(self) -> str:
        """The page for people."""
        return f"{self.base}/" if self.line is None else f"{self.base}/line/{self.line}"

    @property
    def host(self) -> str:
        """The public pages' host."""
        return urlsplit(self.base).hostname or "localhost"

    def words(self, one: Published) -> tuple[str, Words]:
        """A notice's words in the feed's language, else in its first, and which that is."""
        language = self.language if self.language in one.words else next(iter(one.words))
        return language, self.marked(one.words[language])

    def marked(self, words: Words) -> Words:
        """The words; in a demonstration every text says that it is one."""
        if not self.demonstration:
            return words
        return Words(**{name: f"{DEMONSTRATION} {said}" for name, said in words.model_dump().items()})

    def link(self, one: Published) -> str:
        """Where a person reads the notice."""
        return self.home if one.page is None else self.base + one.page


def notice_urn(one: Published) -> str:
    """A notice's id in feeds: it never changes, and is no address that could move."""
    return f"urn:fleet-notice:{one.id}"


def chosen(notices: Iterable[Published], line: LineId | None) -> list[Published]:
    """Those of one line; all where none is named."""
    return [one for one in notices if one.concerns(line)]


def newest(notices: Sequence[Published]) -> datetime:
    """When anything last changed; long ago where there is nothing."""
    return max((one.at for one in notices), default=datetime(2000, 1, 1, tzinfo=UTC))


def stamp(moment: datetime) -> str:
    """RFC 3339, to the second, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
