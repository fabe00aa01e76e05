"""Decodes the protobuf form. The Mercury extension is read by hand from field 1001 of each alert."""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message, message_factory, unknown_fields
from google.transit import gtfs_realtime_pb2

from core.adapters.sources.gtfs_realtime.feed import (
    DIFFERENTIAL,
    BrokenAlert,
    Feed,
    FeedAlert,
    FeedBroken,
    Mercury,
    Selector,
    Texts,
    moment,
)
from core.domain.alerts import Period

MERCURY = 1001
"""The extension's number on Alert. Others use it as well, on other messages: docs/adr/0007 says how this is read."""
_LENGTH_DELIMITED = 2
_UNKNOWN_EFFECT = 8


def _own_classes() -> tuple[Any, Any, Any]:
    """FeedMessage, Alert.Effect and MercuryAlert in a pool of their own: whatever else this process loads, no extension
    of another number 1001 is registered here. Field numbers: the agency's published gtfs-realtime-service-status.proto;
    only the fields that are used are named, the rest is passed over."""
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(gtfs_realtime_pb2.DESCRIPTOR.serialized_pb)
    kinds = descriptor_pb2.FieldDescriptorProto
    mercury = descriptor_pb2.FileDescriptorProto(
        name="mercury-alert.proto", package="mercury", syntax="proto2", dependency=[gtfs_realtime_pb2.DESCRIPTOR.name]
    )
    alert = mercury.message_type.add(name="MercuryAlert")
    for number, name, kind in (
        (2, "updated_at", kinds.TYPE_UINT64),
        (3, "alert_type", kinds.TYPE_STRING),
        (7, "display_before_active", kinds.TYPE_UINT64),
        (8, "human_readable_active_period", kinds.TYPE_MESSAGE),
        (13, "clone_id", kinds.TYPE_STRING),
    ):
        field = alert.field.add(number=number, name=name, type=kind, label=kinds.LABEL_OPTIONAL)
        if kind == kinds.TYPE_MESSAGE:
            field.type_name = ".transit_realtime.TranslatedString"
    pool.Add(mercury)
    named = pool.FindMessageTypeByName
    effects = pool.FindEnumTypeByName("transit_realtime.Alert.Effect")
    feed_message = message_factory.GetMessageClass(named("transit_realtime.FeedMessage"))
    return feed_message, effects, message_factory.GetMessageClass(named("mercury.MercuryAlert"))


_FeedMessage, _EFFECTS, _MercuryAlert = _own_classes()


def decode_protobuf(body: bytes) -> Feed:
    """The feed. Raises FeedBroken."""
    feed = _FeedMessage()
    try:
        feed.ParseFromString(body)
        if not feed.IsInitialized():
            raise FeedBroken("is no GTFS-realtime feed: a field that every feed has is missing")
        version = _text(feed.header.gtfs_realtime_version)
    except (message.DecodeError, ValueError):
        raise FeedBroken("is no GTFS-realtime feed, or was cut off") from None
    if not version[:1].isdigit():
        raise FeedBroken("is no GTFS-realtime feed: its header names no version")
    if feed.header.incrementality != 0:
        raise FeedBroken(DIFFERENTIAL)
    alerts = tuple(_read(one) for one in feed.entity if one.HasField("alert") and not one.is_deleted)
    return Feed(moment(feed.header.timestamp), alerts, len(feed.entity) - len(alerts))


def _read(entity: Any) -> FeedAlert | BrokenAlert:
    raw = entity.SerializeToString(deterministic=True)
    try:
        return _alert(_text(entity.id), entity.alert, raw)
    except ValueError:
        return BrokenAlert("", "a text in it can't be read", raw)


def _alert(entity_id: str, alert: Any, raw: bytes) -> FeedAlert:
    return FeedAlert(
        id=entity_id,
        header=_texts(alert.header_text),
        description=_texts(alert.description_text),
        periods=tuple(Period(moment(period.start), moment(period.end)) for period in alert.active_period),
        informed=tuple(_selector(selector) for selector in alert.informed_entity),
        effect=_effect(alert.effect),
        mercury=_mercury(alert),
        raw=raw,
    )


def _selector(selector: Any) -> Selector:
    """A trip without a route of its own names its route."""
    route = _text(selector.route_id) or _text(selector.trip.route_id)
    return Selector(_text(selector.agency_id) or None, route or None, _text(selector.stop_id) or None)


def _effect(number: int) -> str | None:
    if number == _UNKNOWN_EFFECT or number not in _EFFECTS.values_by_number:
        return None
    return str(_EFFECTS.values_by_number[number].name)


def _texts(translated: Any) -> Texts:
    return tuple((_text(one.language), _text(one.text)) for one in translated.translation)


def _text(value: object) -> str:
    """A text. One that is no UTF-8 is given as bytes, or raises when it is looked at, by release. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("is no UTF-8")  # noqa: TRY004 - its value is wrong
    return value


def _mercury(alert: Any) -> Mercury | None:
    """The extension, where field 1001 holds one; what another agency keeps there is passed over."""
    for field in unknown_fields.UnknownFieldSet(alert):
        if field.field_number == MERCURY and field.wire_type == _LENGTH_DELIMITED:
            found = _MercuryAlert()
            try:
                found.ParseFromString(field.data)
                return _mercury_of(found)
            except (message.DecodeError, ValueError):
                return None
    return None


def _mercury_of(found: Any) -> Mercury | None:
    alert_type = _text(found.alert_type)
    if not alert_type:
        return None
    return Mercury(
        alert_type=alert_type,
        updated_at=found.updated_at or None,
        display_before_active=found.display_before_active if found.HasField("display_before_active") else None,
        periods=_texts(found.human_readable_active_period),
        clone_id=_text(found.clone_id) or None,
    )
