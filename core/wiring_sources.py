"""The part of the wiring that makes the sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.domain.columns import ColumnMap
from core.domain.seen_alerts import SeenFeed
from core.ports.clock import Clock
from core.ports.secrets import Secrets
from core.ports.source import Source
from core.settings.fleet_settings import Settings
from core.settings.source_shapes import (
    FolderSource,
    GtfsRealtimeSource,
    HttpSource,
    NextLinkPaging,
    OffsetPaging,
    PagePaging,
    SocrataSource,
    SourceSpec,
)


def source_of(settings: Settings, spec: SourceSpec, kept: Secrets, clock: Clock) -> Source:
    """The source that one entry of `sources:` describes."""
    common: Any = {
        "every_seconds": spec.every.total_seconds(),
        "silent_after_seconds": None if spec.silent_after is None else spec.silent_after.total_seconds(),
        "from_start": spec.begin == "start",
    }
    if isinstance(spec, GtfsRealtimeSource):
        return _alerts_source(settings, spec, kept, clock, common)
    columns, zone = settings.columns[spec.columns], settings.agency.zone
    common["may_assert"] = spec.may_assert
    match spec:
        case FolderSource():
            from core.adapters.sources import folder

            return folder.FolderSource(spec.name, Path(spec.path), columns, zone, pattern=spec.pattern, **common)
        case HttpSource():
            return _http_source(spec, columns, zone, kept, common)
        case SocrataSource():
            return _socrata_source(spec, columns, zone, kept, common)


def feed_in_file(
    settings: Settings, name: str | None, file: Path, clock: Clock, looked: Callable[[SeenFeed], None]
) -> Source:
    """A recorded Alerts feed, read as the source of this name in lines.yaml reads it (None: the only one there is, or
    as a source that says nothing of itself). Raises ValueError."""
    spec = _spec_of_feed(settings, name).model_copy(update={"url": None, "path": str(file), "headers": {}, "query": {}})
    common = {"every_seconds": spec.every.total_seconds(), "from_start": True, "looked": looked}
    return _alerts_source(settings, spec, None, clock, common)


def _spec_of_feed(settings: Settings, name: str | None) -> GtfsRealtimeSource:
    feeds = {spec.name: spec for spec in settings.sources if isinstance(spec, GtfsRealtimeSource)}
    named = ", ".join(feeds) or "none"
    if name is not None and name not in feeds:
        raise ValueError(f"lines.yaml has no source of kind gtfs_realtime named {name!r} (it has: {named})")
    if name is None and len(feeds) > 1:
        raise ValueError(f"lines.yaml has several sources of kind gtfs_realtime: name one with --source ({named})")
    if name is None:
        return next(iter(feeds.values()), GtfsRealtimeSource(name="alerts", kind="gtfs_realtime", path="alerts"))
    return feeds[name]


def _alerts_source(
    settings: Settings, spec: GtfsRealtimeSource, kept: Secrets | None, clock: Clock, common: Any
) -> Source:
    from core.adapters.http import Limits
    from core.adapters.sources.gtfs_realtime import fetching, reading, source

    def secrets(named: Mapping[str, str]) -> dict[str, str]:
        return {name: (kept.get(secret) if kept is not None else None) or "" for name, secret in named.items()}

    limits = Limits(read=spec.time_limit.total_seconds(), max_bytes=fetching.MOST_BYTES)
    place: fetching.Place = fetching.FeedFile(Path(spec.path or ""))
    if spec.url is not None:
        place = fetching.FeedAddress(spec.url, secrets(spec.headers), secrets(spec.query), limits)
    reader = reading.AlertReader(
        source=spec.name,
        agency=settings.agency.transit_agency,
        routes=reading.by_route(settings.lines),
        agency_ids=frozenset(spec.agency_ids),
        types=settings.alert_types,
        language=spec.language,
        show_before=spec.show_before,
        by=None if spec.map is None else settings.alert_maps[spec.map],
    )
    patience = source.Patience(spec.stale_after, spec.gone_after, spec.may_be_empty)
    return source.GtfsRealtimeSource(spec.name, place, reader, clock, patience=patience, **common)


def _http_source(spec: HttpSource, columns: ColumnMap, zone: str, kept: Secrets, common: Any) -> Source:
    from core.adapters.http import Limits
    from core.adapters.sources import http_json, paging

    match spec.paging:
        case NextLinkPaging() as link:
            pages: paging.Paging = paging.NextLink(link.field)
        case PagePaging() as numbered:
            pages = paging.Numbered(numbered.parameter, numbered.first, numbered.size_parameter, numbered.size)
        case OffsetPaging() as offset:
            pages = paging.Offset(offset.parameter, offset.size_parameter, offset.size)
        case None:
            pages = None
    since = spec.cursor
    return http_json.HttpJsonSource(
        spec.name,
        spec.url,
        columns,
        zone,
        records=spec.records,
        paging=pages,
        since=None if since is None else http_json.Since(since.field, since.parameter),
        headers={header: kept.get(name) or "" for header, name in spec.headers.items()},
        limits=Limits(read=spec.time_limit.total_seconds()),
        **common,
    )


def _socrata_source(spec: SocrataSource, columns: ColumnMap, zone: str, kept: Secrets, common: Any) -> Source:
    from core.adapters.http import Limits
    from core.adapters.sources import socrata

    return socrata.SocrataSource(
        spec.name,
        spec.url,
        spec.dataset,
        columns,
        zone,
        where=spec.where,
        page_size=spec.page_size,
        app_token=kept.get(spec.app_token) if spec.app_token else None,
        limits=Limits(read=spec.time_limit.total_seconds()),
        **common,
    )
