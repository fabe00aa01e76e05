"""What the inside needs of a platform: say, repeat, find again, take down."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import AwareDatetime, Field

from core.domain.accounts import WhoAmI
from core.domain.deliveries import Receipt
from core.domain.lines import Account, Frozen


class LookUp(StrEnum):
    """How far a channel's look-up can be believed when it finds nothing."""

    EXACT = "exact"
    EVENTUAL = "eventual"
    NONE = "none"


class Abilities(Frozen):
    """What a channel can do; what it can't is refused with NotSupported."""

    reaches_public: bool
    """False for the local timeline: what stands there has not left the house."""
    repost: bool
    reply: bool
    remove: bool
    look_up: LookUp
    spoken: bool = False
    """True when the platform can carry the spoken form beside the text."""
    measure: str
    """Name of the length rule: x, graphemes, mastodon, characters."""
    default_limit: int
    default_max_bytes: int | None = None
    documents: bool = False
    """True for a system that takes a notice as a document, not for riders to read."""
    pictures: bool = False
    """True when a post can carry one picture with its alt text in the same publishing call."""
    lists: bool = False
    """True when the account's own posts can be listed, so that what is really up can be compared."""


class OutgoingPicture(Frozen):
    """A picture as it was approved: its bytes, never read from a file again."""

    content: bytes = Field(repr=False)
    media_type: str
    """image/jpeg or image/png."""
    alt: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    link: str | None = None
    """For a system: where it is fetched while its notice stands."""


class Outgoing(Frozen):
    """One publishing call's content, exactly as approved."""

    text: str
    spoken: str
    language: str
    reply_to: Receipt | None
    reference: str
    said_at: AwareDatetime
    platform_key: str
    """64 hexadecimal digits, the same for every try of one delivery."""
    picture: OutgoingPicture | None = None


class LimitKind(StrEnum):
    """What a platform's limit counts."""

    POST = "post"
    REMOVE = "remove"
    READ = "read"


class LimitSeen(Frozen):
    """What a platform last said of one of its limits, from the headers of any answer, refusals too."""

    name: str
    """The platform's own name for it, for example `user-24h`; one row is kept per account and name."""
    kind: LimitKind
    shared: bool
    """True when all accounts of the channel draw on it (an app's limit), False when it is the account's own."""
    limit: int | None
    remaining: int
    resets_at: AwareDatetime


class Listed(Frozen):
    """One of an account's own posts or reposts, as the platform lists it."""

    platform_id: str
    at: AwareDatetime
    text: str
    url: str | None = None
    repost_of: str | None = None
    """The platform's id of the post that it repeats."""


class Listing(Frozen):
    """What an account's timeline holds, newest first; `complete` when it was read back past `since`."""

    posts: tuple[Listed, ...]
    complete: bool
    read: int
    """How many posts the platform counted as read: on some, each has its price."""


class Probe(Frozen):
    """What to look for after an attempt whose end was not seen."""

    outgoing: Outgoing | None
    """The post that was tried; None for a repost."""
    repost_of: Receipt | None
    attempted_at: AwareDatetime


class Look(Frozen):
    """What a look-up saw. `read_back_to` and `seen_at` are the platform's own times.

    `complete` is True when the look read back past the attempt's start.
    """

    found: Receipt | None
    complete: bool
    read: int = 0
    """How many posts the platform counted as read: on some, each has its price."""


class NotSupported(Exception):
    """The channel did not declare this ability; the message names channel and ability."""


class PostRefused(Exception):
    """The platform surely did not take it, and would not on a second try; the message is its reason."""


class ReplyRefused(PostRefused):
    """The account may answer no post, not even its own: the same words go as a post that answers nothing."""


class PostDeferred(Exception):
    """The platform surely did not take it now; `seconds` says when to try again."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class OutcomeUnknown(Exception):
    """It may have been taken: look it up."""


class UnclearRefusal(OutcomeUnknown):
    """The platform refused it in words that may mean that it stands already ("duplicate"), or mean nothing known."""


class LoginNeeded(Exception):
    """The credentials are missing or dead: nothing was sent, and nothing will be until a person acts."""


class Channel(Protocol):
    """One platform. Calls block for at most the channel's own time limits and raise nothing but the errors here.

    No error message, receipt or log line holds a secret.
    """

    name: str
    abilities: Abilities

    def who_am_i(self, account: Account) -> WhoAmI:
        """The identity that the account's credentials have. Raises LoginNeeded, PostDeferred, OutcomeUnknown."""

    def publish(self, account: Account, outgoing: Outgoing) -> Receipt:
        """One publishing call. Raises PostRefused, PostDeferred, OutcomeUnknown, LoginNeeded, NotSupported."""

    def repost(self, account: Account, target: Receipt) -> Receipt:
        """Repost another account's post. Raises the same."""

    def find(self, account: Account, probe: Probe) -> Look:
        """Look an attempt up on the platform. Raises PostDeferred, LoginNeeded, NotSupported."""

    def remove(self, account: Account, receipt: Receipt) -> None:
        """Take a post or repost down; one that is gone already is no error. Raises the errors of publish."""

    def listing(self, account: Account, since: datetime, at_most: int) -> Listing:
        """The account's own posts and reposts since then, newest first, each under the id that its receipt has.
        Reading at most so many posts; where reading is free and unordered, answering at most so many.
        Raises PostDeferred, OutcomeUnknown, LoginNeeded, NotSupported."""

    def limits(self, account: Account) -> tuple[LimitSeen, ...]:
        """What the platform said of this account's limits since this was last asked: newest per name. Asks nobody."""
