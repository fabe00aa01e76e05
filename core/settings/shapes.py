"""What lines.yaml may hold: each key with its meaning. The JSON Schema beside the file is made from here."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import Field

from core.domain.lines import AccountMode, Frozen, ThreadForm
from core.settings.durations import Duration, Wait, WebAddress
from core.settings.partner_shapes import EndpointSection, PartnerSection
from core.settings.quiet_shapes import QuietHoursText, SilenceSection
from core.settings.review_shapes import ApiSection, ReviewSection
from core.settings.source_shapes import SourceSpec
from core.settings.spend_shapes import AccountSpend, Brakes, ChannelSpend, SpendSection
from core.settings.sweep_shapes import Sweeps

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$", examples=["#0062CF"])]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", examples=["en", "es", "zh-Hans"])]
RouteId = Annotated[str, Field(pattern=r"^\S(.{0,98}\S)?$", examples=["A", "Green-B", "C:1371"])]
"""An id of a feed, which may hold any sign."""
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$")]


class Pages(Frozen):
    """Where the public pages are served."""

    host: str = Field(default="127.0.0.1", min_length=1, description="Address that the pages are served on.")
    port: int = Field(default=8420, ge=0, le=65535, description="Port of the pages; 0 takes any free one.")


class PolicyOverrides(Frozen):
    """The pack's numbers that this fleet (or one line) sets otherwise. Left out: the pack's."""

    too_old_happened: Duration | None = Field(default=None, description="A new report older than this is dropped.")
    too_old_known: Duration | None = Field(default=None, description="A report known for longer is dropped.")
    too_old_state: Duration | None = Field(default=None, description="An arrest, charge … older than this is dropped.")
    daily_limit: int | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="Notices a line says alone on one day; the rest stand in the evening's digest.",
    )
    agency_share: int | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="Notices that the agency begins on one line's handle in one day; updates and ends always go.",
    )
    agency_reserve: int | None = Field(
        default=None, ge=0, le=1000, description="How many of them are kept for what is pressing (no trains)."
    )
    remind_after: Duration | None = Field(
        default=None,
        description="An alert that was announced so long before it begins is said again then; 365d: never.",
    )
    digest_at: time | None = Field(default=None, description="When the digest is said, local time: 19:00.")
    quiet_hours: QuietHoursText | None = Field(
        default=None,
        description='When what waits, local time: "23:00-06:00" (routine), "service 00:00-05:00, digest 21:00-07:00", '
        '"none". What is urgent and what takes back never waits.',
    )
    twin_window: Duration | None = Field(
        default=None, description="Records this close in time, place and family are offered as the same incident."
    )
    complex: Literal["all", "hold"] | None = Field(
        default=None,
        description="A record that may be of any of several joined stations: all (their lines say it) or hold.",
    )
    life: Duration | None = Field(default=None, description="A notice not delivered after so long is given up.")
    approvals_person: int | None = Field(
        default=None, ge=1, le=5, description="People who must approve held posts that concern a person."
    )
    approvals_other: int | None = Field(
        default=None, ge=1, le=5, description="People who must approve other held posts."
    )
    approval_life: Duration | None = Field(
        default=None, description="How long held posts may be approved; an approval counts no longer."
    )
    undo_window: Wait | None = Field(
        default=None,
        description="How long approved posts about a person wait, so that they may be undone: 30s; 0s: not at all.",
    )
    alert_list: frozenset[str] | None = Field(
        default=None, description="Offence families that may be said alone: [robbery, assault, weapons]."
    )
    serious_list: frozenset[str] | None = Field(
        default=None,
        description="Families for which somebody unidentified, arrested, charged or convicted may be spoken about.",
    )
    judged_margin: int | None = Field(
        default=None, ge=0, le=50, description="Years that an age judged by looks must lie above the age limit."
    )
    sheltered_stations: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="A line with fewer stations says no sheltered offence: the line alone would tell where it was.",
    )
    identify_within: Duration | None = Field(
        default=None, description="How long after the offence an unidentified person may be asked for."
    )
    confirm_identify: Duration | None = Field(
        default=None, description="How long a notice about somebody unidentified stands unless confirmed: 14d."
    )
    confirm_wanted: Duration | None = Field(
        default=None, description="How long a notice about somebody wanted stands unless confirmed: 72h."
    )
    confirm_accused: Duration | None = Field(
        default=None, description="How long one about somebody arrested, charged or convicted does: 7d."
    )
    confirm_warning: Duration | None = Field(
        default=None, description="How long before it comes down by itself somebody is called: 12h."
    )
    pattern_incidents: int | None = Field(
        default=None, ge=2, le=100, description="So many incidents of one family on a line make a series to look at."
    )
    pattern_within: Duration | None = Field(default=None, description="They lie within so much time: 14d.")
    pattern_stations: int | None = Field(
        default=None, ge=0, le=100, description="And at most so many stations apart, in the gazetteer's order."
    )
    pattern_chance: float | None = Field(
        default=None, gt=0, le=1, description="How probable so many may be by the stretch's own last ninety days."
    )


class LinePolicy(Frozen):
    """What a line may set otherwise: a notice's own rules hold for all the lines that it concerns."""

    daily_limit: int | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="Notices this line says alone on one day; the rest wait for the digest.",
    )
    agency_share: int | None = Field(
        default=None, ge=0, le=1000, description="Notices that the agency begins on this line's handle in one day."
    )
    quiet_hours: QuietHoursText | None = Field(
        default=None, description="This line's own quiet hours, in place of the fleet's."
    )


class PolicySection(PolicyOverrides):
    """The pack to start from, and what this fleet sets otherwise."""

    pack: str = Field(
        default="strict", pattern=r"^[a-z][a-z0-9-]{0,40}$", description="A pack of agencies/packs: strict, us-ny …"
    )


class ChannelSection(ChannelSpend, EndpointSection):
    """One platform's figures. They change: that is why they stand here."""

    limit: int | None = Field(
        default=None, ge=50, le=100_000, description="Characters of a post, by the platform's own count."
    )
    domain: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        description="What follows a handle without a dot, where handles are domain names. Bluesky: bsky.social.",
    )
    base_url: WebAddress | None = Field(
        default=None,
        description="Address of the server: Mastodon needs it; elsewhere it is a stand-in for a trial.",
    )
    connect_limit: Duration = Field(default=timedelta(seconds=5), description="How long connecting may take.")
    answer_limit: Duration = Field(default=timedelta(seconds=20), description="How long an answer may take.")


class AccountSection(AccountSpend):
    """A line's account on one platform. What is left out comes from `defaults`."""

    mode: AccountMode | None = Field(
        default=None,
        description="off; practice (every step, nothing is sent); or live. Left out everywhere: practice.",
    )
    handle: str | None = Field(default=None, min_length=1, description="Its handle there; left out: the line's.")
    languages: tuple[Language, ...] | None = Field(
        default=None, min_length=1, description="Languages it speaks, one thread each, in this order."
    )
    thread: ThreadForm | None = Field(
        default=None,
        description="How it says what is too long: thread (answers itself), numbered posts, or a short form.",
    )
    limit: int | None = Field(
        default=None, ge=50, le=100_000, description="Characters of a post, where this account has another limit."
    )


class Defaults(Frozen):
    """What all lines share. A line overrides it."""

    languages: tuple[Language, ...] = Field(default=("en",), min_length=1, description="Languages of every account.")
    also: tuple[str, ...] = Field(
        default=(), description="Kinds of the agency's alerts (`asked` in alert_types.yaml) that every line carries."
    )
    accounts: dict[str, AccountSection] = Field(
        default_factory=dict, description="Channel → settings of every line's account there."
    )


class LineSection(Frozen):
    """One line of the network and the handle that speaks for it."""

    name: str = Field(min_length=1, max_length=60, description="The line's name as riders know it.")
    routes: tuple[RouteId, ...] = Field(min_length=1, description="GTFS route ids that run on it: [A], [F, FX].")
    colour: Colour = Field(description="Colour of its bullet, as '#RRGGBB' (in quotes: # begins a comment).")
    text_colour: Colour = Field(default="#FFFFFF", description="Colour of the symbol on it; it must be readable.")
    symbol: str | None = Field(
        default=None, min_length=1, max_length=4, description="What stands in the bullet; left out: the line's id."
    )
    handle: str = Field(min_length=1, description="The line's public name on every platform, without @.")
    languages: tuple[Language, ...] | None = Field(
        default=None, min_length=1, description="Languages of this line's accounts; left out: the defaults'."
    )
    accounts: dict[str, AccountSection] = Field(
        default_factory=dict, description="Channel → what this line's account there sets otherwise."
    )
    policy: LinePolicy = Field(
        default=LinePolicy(), description="What this line sets otherwise than the fleet's policy."
    )
    also: tuple[str, ...] | None = Field(
        default=None,
        description="Kinds of the agency's alerts that this line carries beside the usual ones: [elevator]; left out: "
        "the defaults'.",
    )
    spoken: dict[Language, str] = Field(
        default_factory=dict,
        description="Language → how a voice says the line, article and all; left out: as the catalogue does.",
    )


class Delivery(Brakes, Sweeps):
    """How posts are handed to the platforms."""

    lease_seconds: float = Field(default=30.0, ge=1, le=3600, description="How long a worker holds what it took.")
    grace_seconds: float = Field(
        default=30.0, ge=0, le=3600, description="How far apart the looks for a post lie whose sending was not seen."
    )
    workers: int = Field(default=4, ge=1, le=64, description="Accounts that are served side by side.")
    batch: int = Field(default=20, ge=1, le=1000, description="Deliveries taken at once.")
    lead_waits: Duration = Field(
        default=timedelta(minutes=10),
        description="How long an account that can't post keeps an urgent notice's lead; then the next line has it.",
    )
    outage_after: Duration = Field(
        default=timedelta(hours=1),
        description="What an account owes for longer is old news: only what is still true goes, the rest as a digest.",
    )


class PagerSection(Frozen):
    """Who is called for what needs a person."""

    kind: Literal["log", "webhook", "apprise"] = Field(
        default="log", description="log: a line in the program's log; webhook: JSON to an address; apprise: its URL."
    )
    address: Word = Field(
        default="pager_address", description="Name of the secret that holds the webhook's or Apprise's address."
    )
    key: Word | None = Field(default=None, description="Name of the secret that signs what goes to a webhook.")
    again_after: Duration = Field(
        default=timedelta(hours=4), description="When the same trouble rings again while it lasts."
    )

    def secret_names(self) -> tuple[str, ...]:
        """Names of the secrets that it needs."""
        if self.kind == "log":
            return ()
        return (self.address,) if self.key is None else (self.address, self.key)


class FleetFile(Frozen):
    """The fleet: its lines, handles, accounts, languages, sources and policy."""

    version: int = Field(ge=1, le=1, description="Version of this file's form: 1.")
    agency: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,40}$", description="Folder of the agency under agencies/.")
    clock: Literal["wall", "record"] = Field(
        default="wall",
        description="wall: now is now. record: each record is judged at its own report date; local channels only.",
    )
    state: str = Field(
        default="state",
        pattern=r"^[^~\x00][^\x00]*$",
        description="Folder for store, keys and secrets, from where this file stands.",
    )
    store: str | None = Field(
        default=None,
        description="sqlite:///FILE or postgresql+psycopg://HOST/NAME, without a password; left out: in `state`.",
    )
    pages: Pages = Field(default=Pages(), description="Address and port of the public pages.")
    policy: PolicySection = Field(default=PolicySection(), description="What may be said without a person.")
    channels: dict[str, ChannelSection] = Field(default_factory=dict, description="Channel → prices, limits, times.")
    delivery: Delivery = Field(default=Delivery(), description="Leases, workers, batches and brakes.")
    spend: SpendSection = Field(default=SpendSection(), description="The month's budget of the fleet.")
    pager: PagerSection = Field(default=PagerSection(), description="How somebody is called, and how often.")
    partner: PartnerSection = Field(
        default=PartnerSection(), description="What the agency's own systems take over, and what they may hand in."
    )
    review: ReviewSection = Field(default=ReviewSection(), description="Who is called for held posts.")
    silences: SilenceSection = Field(default=SilenceSection(), description="When somebody is told that a silence ends.")
    api: ApiSection = Field(default=ApiSection(), description="What staff and their tools may do over HTTP.")
    defaults: Defaults = Field(default=Defaults(), description="What all lines share.")
    sources: tuple[SourceSpec, ...] = Field(default=(), description="Where incident records come from.")
    lines: dict[Word, LineSection] = Field(
        min_length=1, description="Line id (letters, digits, - or _) → line. Their order is the order of lead."
    )

    def channel(self, name: str) -> ChannelSection:
        """A channel's figures; what the file does not name has the defaults."""
        return self.channels.get(name, ChannelSection())
