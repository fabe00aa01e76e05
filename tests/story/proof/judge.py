"""The judge of a round: what was fed in, held against what the platforms have on record. It asks no store."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.domain.identity import Identity
from core.domain.notices import Speaker
from tests.story.proof.platforms import OnRecord, Platform

LANGUAGES = {"Ref": "en", "Referencia": "es"}
AUTHORITY = "Example Transit Police"
_MARK = re.compile(
    r"\b(Ref|Referencia) ([0-9B-DF-HJ-NP-TV-Z]{7})(?:, (?:update|actualización) (\d))?(?: \((\d)/(\d)\))?\s*$"
)


INSTEAD = re.compile("^(Correction: our notice|Corrección: nuestro aviso)")
"""How the example agency says that a notice was taken back, instead of it."""


@dataclass(frozen=True)
class Story:
    """One incident as it was fed in: who leads, who reposts, whether it was changed, whether it was taken back."""

    number: str
    station: str
    lead: str
    minute: str
    """On the clock, as a text says it; of a changed one the later: `9:05`."""
    sister: str | None = None
    changed: bool = False
    taken_back: bool = False


@dataclass
class Verdict:
    """Of everything that was to stand: how often it stands once, and what stands twice, not at all, or wrongly."""

    expected: int = 0
    once: int = 0
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing lost, nothing doubled, nothing that nobody asked for."""
        return not (self.twice or self.lost or self.strange)

    def count(self, what: str, times: int, *, owed: bool = True) -> None:
        """Something that is owed once, or that may be there once."""
        self.expected += owed
        self.once += owed and times == 1
        if times > 1:
            self.twice.append(f"{what}: {times} times")
        elif owed and times == 0:
            self.lost.append(what)


@dataclass
class _Thread:
    """Parts of one wording in one language."""

    total: int
    parts: dict[int, list[OnRecord]] = field(default_factory=lambda: defaultdict(list))

    def says(self, minute: str) -> bool:
        said = " ".join(one.text for part in self.parts.values() for one in part)
        return re.search(rf"(?<!\d){minute}(?!\d)", said) is not None


def references(stories: Sequence[Story], secret: bytes) -> dict[str, Story]:
    """The public reference of each story: derived from the fleet's secret, as the fleet derives it."""
    identity = Identity(secret)
    found = {}
    for story in stories:
        notice = identity.notice(identity.incident(AUTHORITY, story.number), Speaker.BUREAU)
        found[identity.reference(notice)] = story
    return found


def judge(platform: Platform, stories: Sequence[Story], secret: bytes, verdict: Verdict) -> None:
    """Adds one platform to the verdict."""
    by_reference, record = references(stories, secret), platform.record()
    threads: dict[tuple[str, str], dict[int, _Thread]] = defaultdict(dict)  # wording 0: instead of it
    for post in (one for one in record if one.repost_of is None):
        mark = _MARK.search(post.text)
        if mark is None or mark[2] not in by_reference or by_reference[mark[2]].lead != post.handle:
            verdict.strange.append(f"{platform.name} {post.handle}: {post.text}")
            continue
        wordings = threads[mark[2], LANGUAGES[mark[1]]]
        wording = 0 if INSTEAD.match(post.text) else int(mark[3] or 1)
        thread = wordings.setdefault(wording, _Thread(int(mark[5] or 1)))
        thread.parts[int(mark[4] or 1)].append(post)
    reposts = defaultdict(list)
    for one in (one for one in record if one.repost_of is not None):
        reposts[one.handle, one.repost_of].append(one)
    for reference, story in by_reference.items():
        for language in LANGUAGES.values():
            case = _Case(platform, story, f"{platform.name} {reference} {language}", verdict, reposts)
            case.judge(threads.get((reference, language), {}))
    verdict.strange += [f"{platform.name} repost {key}" for key in reposts]


@dataclass
class _Case:
    """One story in one language on one platform."""

    platform: Platform
    story: Story
    name: str
    verdict: Verdict
    reposts: dict[tuple[str, str | None], list[OnRecord]]

    def judge(self, wordings: dict[int, _Thread]) -> None:
        """A wording that came too late for a newer one need not stand, and stands at most once."""
        instead = wordings.pop(0, None)
        if self.story.taken_back:
            self._taken_back(wordings, instead)
            return
        if instead is not None:
            self.verdict.strange.append(f"{self.name}: takes back what nobody took back")
        newest = [number for number, thread in wordings.items() if thread.says(self.story.minute)]
        if not newest:
            self.verdict.count(f"{self.name} as it is now", 0)
        for number, thread in wordings.items():
            self._thread(f"wording {number}", thread, owed=number in newest[-1:])
        if len(newest) > 1 or (len(wordings) > 1 and not self.story.changed):
            self.verdict.twice.append(f"{self.name}: in {len(wordings)} wordings")

    def _thread(self, what: str, thread: _Thread, *, owed: bool, reposted: bool = True) -> None:
        for part in range(1, thread.total + 1):
            self.verdict.count(f"{self.name} {what} part {part}", len(thread.parts[part]), owed=owed)
        if self.story.sister is not None:
            for first in thread.parts[1]:
                times = len(self.reposts.pop((self.story.sister, first.id), []))
                self.verdict.count(f"{self.name} {what} repost", times, owed=owed and reposted)

    def _taken_back(self, wordings: dict[int, _Thread], instead: _Thread | None) -> None:
        """It is gone, and the word that it was wrong stands where it stood."""
        reposted = [self._gone(number, thread) for number, thread in wordings.items()]
        owed = bool(wordings) and self.platform.keeps_deleted
        if instead is not None:
            self._thread("instead", instead, owed=owed, reposted=any(reposted))
        elif owed:
            self.verdict.count(f"{self.name}: the word that it was wrong", 0)

    def _gone(self, number: int, thread: _Thread) -> bool:
        """Whether it was reposted."""
        reposted = False
        for part, said in thread.parts.items():
            self.verdict.count(f"{self.name} wording {number} part {part}", len(said), owed=False)
            for one in said:
                again = self.reposts.pop((self.story.sister or "", one.id), [])
                self.verdict.count(f"{self.name} repost of wording {number}", len(again), owed=False)
                reposted = reposted or bool(again)
                self.verdict.lost += [f"{self.name}: still up: {one.text}" for one in (one, *again) if one.stands]
        return reposted
