"""What `sources:` of lines.yaml may hold: one shape per kind of source, chosen by `kind`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from core.domain.lines import Frozen
from core.domain.policy import MayAssert
from core.settings.durations import Duration, WebAddress

ColumnMap = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
SecretName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.:-]{0,80}$")]


class _AnySource(Frozen):
    """What every source has."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9_-]{0,40}$",
        description="The source's own name, in status, log and cursor. Changing it makes a new source.",
    )
    every: Duration = Field(default=timedelta(minutes=1), description="How often it is asked.")
    silent_after: Duration | None = Field(
        default=None, description="Report it when it brought nothing new for so long; left out: never."
    )
    begin: Literal["now", "start"] = Field(
        default="now",
        alias="from",
        description="Where a source that was never read begins: now (older records are counted, not said) or start.",
    )

    def secret_names(self) -> tuple[str, ...]:
        """The secrets that it needs."""
        return ()


class _RecordSource(_AnySource):
    """What every source of incident records has."""

    columns: ColumnMap = Field(description="Which column map of the agency reads it: columns/NAME.yaml.")
    may_assert: MayAssert = Field(
        default=MayAssert(),
        description="What it is trusted to say: states (a list), persons, pictures. Default: reported, no, no.",
    )


class FolderSource(_RecordSource):
    """A watched folder of CSV or JSON Lines files."""

    kind: Literal["folder"] = Field(description="A watched folder.")
    path: str = Field(
        min_length=1, description="The folder, from where lines.yaml stands. A file's ending says what it is."
    )
    pattern: str = Field(default="*", min_length=1, description="Which files in it, as a glob: `*.csv`.")


class NextLinkPaging(Frozen):
    """The answer itself says where the next page is."""

    style: Literal["next-link"] = Field(description="The answer holds the next page's address.")
    field: str = Field(
        default="next", min_length=1, description="JSON path to that address; `Link` headers are followed as well."
    )


class PagePaging(Frozen):
    """Pages are numbered."""

    style: Literal["page"] = Field(description="Pages are asked for by number.")
    parameter: str = Field(default="page", min_length=1, description="Query parameter that holds the number.")
    first: int = Field(default=1, ge=0, description="Number of the first page.")
    size_parameter: str | None = Field(default=None, description="Query parameter that holds the page's size, if any.")
    size: int = Field(default=100, ge=1, le=10_000, description="Records on one page.")


class OffsetPaging(Frozen):
    """Records are asked for from a position on."""

    style: Literal["offset"] = Field(description="Records are asked for from a position on.")
    parameter: str = Field(default="offset", min_length=1, description="Query parameter that holds the position.")
    size_parameter: str = Field(default="limit", min_length=1, description="Query parameter that holds how many.")
    size: int = Field(default=100, ge=1, le=10_000, description="Records on one page.")


Paging = Annotated[NextLinkPaging | PagePaging | OffsetPaging, Field(discriminator="style")]


class HttpCursor(Frozen):
    """How an endpoint is asked for what is new only."""

    field: str = Field(min_length=1, description="Field of a record that grows: a change time or a running number.")
    parameter: str = Field(min_length=1, description="Query parameter that asks for records from that value on.")


class HttpSource(_RecordSource):
    """An HTTP endpoint that answers JSON."""

    kind: Literal["http"] = Field(description="An HTTP endpoint that answers JSON.")
    url: WebAddress = Field(description="Address of the first page, without name or password.")
    records: str = Field(
        default="", description="JSON path to the list of records (`result.items`); empty: the answer is the list."
    )
    paging: Paging | None = Field(default=None, description="How further pages are asked for; left out: one page.")
    cursor: HttpCursor | None = Field(
        default=None, description="How only what is new is asked for; left out: ETag and Last-Modified alone."
    )
    headers: dict[str, SecretName] = Field(
        default_factory=dict, description="Header → name of the secret that is its value. Never the value itself."
    )
    time_limit: Duration = Field(default=timedelta(seconds=20), description="How long one request may take.")

    def secret_names(self) -> tuple[str, ...]:
        """The secrets that it needs."""
        return tuple(self.headers.values())


class SocrataSource(_RecordSource):
    """A dataset on a Socrata open-data site: for replays and patterns."""

    kind: Literal["socrata"] = Field(description="A dataset on a Socrata open-data site.")
    url: WebAddress = Field(description="The site, for example https://data.city.example")
    dataset: str = Field(pattern=r"^[a-z0-9]{4}-[a-z0-9]{4}$", description="The dataset's id, like `abcd-1234`.")
    where: str | None = Field(default=None, description="A SoQL condition that rows must meet.")
    page_size: int = Field(default=1000, ge=1, le=50_000, description="Rows on one page.")
    app_token: SecretName | None = Field(default=None, description="Name of the secret that holds the app token.")
    time_limit: Duration = Field(default=timedelta(seconds=30), description="How long one request may take.")

    def secret_names(self) -> tuple[str, ...]:
        """The secrets that it needs."""
        return () if self.app_token is None else (self.app_token,)


class GtfsRealtimeSource(_AnySource):
    """A transit agency's own service alerts: a GTFS-realtime Alerts feed, protobuf or JSON."""

    kind: Literal["gtfs_realtime"] = Field(description="A GTFS-realtime Alerts feed, protobuf or JSON.")
    every: Duration = Field(default=timedelta(seconds=30), description="How often it is asked.")
    url: WebAddress | None = Field(default=None, description="Address of the feed, without name or password.")
    path: str | None = Field(
        default=None, min_length=1, description="Instead of `url`: a file, from where lines.yaml stands."
    )
    headers: dict[str, SecretName] = Field(
        default_factory=dict, description="Header → name of the secret that is its value. Never the value itself."
    )
    query: dict[str, SecretName] = Field(
        default_factory=dict, description="Query parameter → name of the secret that is its value, for keys in queries."
    )
    map: ColumnMap | None = Field(
        default=None, description="For another JSON form than GTFS-realtime: the agency's alert_maps/NAME.yaml."
    )
    agency_ids: tuple[str, ...] = Field(
        default=(),
        description="Agencies of the feed whose routes count; left out: all. Route ids are reused.",
    )
    language: str = Field(
        default="en", pattern=r"^[a-z]{2,3}$", description="Language of words for which the feed names none."
    )
    show_before: Duration = Field(
        default=timedelta(hours=1), description="How early an alert is said that does not say so itself."
    )
    stale_after: Duration | None = Field(
        default=timedelta(hours=1), description="A feed whose own time lies back further is refused; null: never."
    )
    gone_after: Duration = Field(
        default=timedelta(minutes=10), description="An alert that the feed left out for so long is over."
    )
    may_be_empty: bool = Field(
        default=False, description="Whether a feed without any alert is believed: all of them are over then."
    )
    time_limit: Duration = Field(default=timedelta(seconds=20), description="How long one request may take.")

    def secret_names(self) -> tuple[str, ...]:
        """The secrets that it needs."""
        return (*self.headers.values(), *self.query.values())

    @model_validator(mode="after")
    def _lies_somewhere(self) -> Self:
        if (self.url is None) == (self.path is None):
            raise ValueError("write either `url` or `path`")
        return self


RecordSource = FolderSource | HttpSource | SocrataSource
SourceSpec = Annotated[RecordSource | GtfsRealtimeSource, Field(discriminator="kind")]
