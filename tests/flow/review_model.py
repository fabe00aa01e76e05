"""What a test of reviews keeps for itself: who saw which exact posts, said yes to them, and what made a yes void."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.reviews import ProposalContent
from core.flow.review_shown import Review

TAKEN_BACK = ("Correction: our notice with this reference was wrong", "We withdraw our notice with this reference")
PLACE = re.compile(r"(Robbery|Assault) reported ")
MARKS = ("Pat", "CASE", "hair", "looking for", "arrest", "innocent")
"""What stands in posts about the made-up person, and in no others."""
NEEDED = 2

TRANSITIONS = """one yes|let go|bypassed|edited|record anew|record forbidden|record forbidden while under way|
policy anew|policy anew while under way|picture anew|rejected|undone|taken back|taken back while under way|restarted|
delivered as approved|delivered by itself|time passed|looked""".replace("\n", "").split("|")
REFUSALS = """not allowed|not-open|stale|own-draft|same-person|unanswered|answered-yes|bypass-without-reason|
bypass-to-none|expired|fallen|free-text-about-a-person|no-change|not-this-line|no-words|too-late|
sheltered-stays-coarse|not-leaving""".replace("\n", "").split("|")
"""Every way in which the machine may go on, and every answer that may hold it up: none may be left out."""

Said = tuple[str, str, str]
"""Account, text, and the hash of the picture's bytes or nothing: all that one post is to a reader."""


@dataclass(frozen=True)
class Look:
    """What one person saw of held posts."""

    hash: str
    said: frozenset[Said]
    questions: tuple[str, ...]
    about_person: bool


def look_of(review: Review) -> Look:
    """Every post of every form, as it is shown."""
    content = review.content or ProposalContent(forms=())
    said = frozenset(
        (form.account, post.text, post.picture.sha256 if post.picture else "")
        for form in content.forms
        for post in form.posts
    )
    one = review.proposal
    return Look(one.hash, said, one.questions, one.about_person)


@dataclass
class OneNotice:
    """What may be said under one reference."""

    sheltered: bool
    forbidden: bool = False
    """The record's state allows nothing."""
    ever_forbidden: bool = False
    back: bool = False
    looks: dict[str, Look] = field(default_factory=dict)
    yeses: dict[frozenset[Said], set[str]] = field(default_factory=lambda: defaultdict(set))
    editors: set[str] = field(default_factory=set)
    """Who changed the posts that are held now; posts that are made anew are nobody's edit."""
    prepared_by: set[str] = field(default_factory=set)
    let_go: set[Said] = field(default_factory=set)
    leaves_at: datetime | None = None

    def void(self, *, also_let_go: bool) -> None:
        """Every yes so far counts no more."""
        self.yeses.clear()
        self.editors = set()
        if also_let_go:
            self.let_go.clear()

    def yes(self, by: str, look: Look, *, bypass: bool) -> bool:
        """Somebody said yes to what they saw; True when with it the posts may go out."""
        if by in self.editors | self.prepared_by:
            return False
        self.yeses[look.said].add(by)
        needed = NEEDED if look.about_person and not bypass else 1
        if len(self.yeses[look.said]) < needed:
            return False
        self.let_go |= look.said
        return True

    def wrong(self, said: Said) -> str | None:
        """Why this post may not have gone out now; None where it may."""
        text = said[1]
        if text.startswith(TAKEN_BACK):
            return None if self.back or self.ever_forbidden else "it says that it was taken back"
        if self.back:
            return "its notice was taken back"
        if self.forbidden:
            return "its record is in a state of which nothing is said"
        if said in self.let_go:
            return None
        if self.sheltered or any(mark in text for mark in MARKS) or not PLACE.match(text) or said[2]:
            return "nobody approved it, and it needed approval"
        return None


def sha256(content: bytes | None) -> str:
    """The hash of a picture's bytes; nothing where there is none."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def never_taken(counted: Collection[str], all_of: Collection[str]) -> list[str]:
    """What of all that can happen did not."""
    return sorted(set(all_of) - set(counted))
