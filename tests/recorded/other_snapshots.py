"""What other snapshots of the recorded feeds may hold: one change a function, each made to one entity or to the header.

The specification allows most of it (GTFS-realtime reference 2.0: unknown enum values, extensions and optional fields,
periods open at both ends, selectors of any kind); the rest is what feeds do all the same.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from typing import Any

from google.transit import gtfs_realtime_pb2

from tests.fakes.alert_feeds import as_protobuf

MERCURY = "transit_realtime.mercury_alert"
Entity = dict[str, Any]
Change = Callable[[Entity, random.Random], None]


def _alert(entity: Entity) -> dict[str, Any]:
    found = entity["alert"]
    assert isinstance(found, dict)
    return found


def _translated(*texts: tuple[str | None, str]) -> dict[str, Any]:
    return {
        "translation": [{"text": said} | ({} if tongue is None else {"language": tongue}) for tongue, said in texts]
    }


def drops_a_field(entity: Entity, chance: random.Random) -> None:
    alert = _alert(entity)
    if alert:
        del alert[chance.choice(sorted(alert))]


def has_unknown_enums(entity: Entity, chance: random.Random) -> None:
    _alert(entity).update(chance.choice([{"cause": 99}, {"effect": 77}, {"severity_level": 42}]))


def speaks_more_languages(entity: Entity, _chance: random.Random) -> None:
    said = _translated(("fr", "Mots inventés."), ("EN-us", "Made-up words."), ("zh-Hant", "虛構"), (None, "Made up."))
    texts = _alert(entity).setdefault("header_text", {"translation": []})
    texts["translation"] = texts.get("translation", []) + said["translation"]


def speaks_another_language_only(entity: Entity, _chance: random.Random) -> None:
    _alert(entity)["header_text"] = _translated(("fr", "Mots inventés."))


def has_empty_translations(entity: Entity, chance: random.Random) -> None:
    field = chance.choice(["header_text", "description_text"])
    _alert(entity)[field] = chance.choice(
        [{}, {"translation": []}, _translated(("en", "")), _translated(("en", " \n "))]
    )


def speaks_in_markup_only(entity: Entity, _chance: random.Random) -> None:
    _alert(entity)["header_text"] = _translated(("en-html", "<p>Made up.</p>"))


def has_markup_in_plain_words(entity: Entity, _chance: random.Random) -> None:
    _alert(entity)["header_text"] = _translated(("en", "<b>Made up</b> &amp; <script>alert(1)</script>"))


def has_unseen_characters(entity: Entity, _chance: random.Random) -> None:
    _alert(entity)["header_text"] = _translated(("en", "Made\x00 up\u200b\u202e\ufeff \x1b[31mwords\r\n\r\n\r\n."))


def has_a_huge_description(entity: Entity, chance: random.Random) -> None:
    _alert(entity)["description_text"] = _translated(("en", "Made up. " * chance.choice([2_000, 10_000])))


def has_odd_periods(entity: Entity, chance: random.Random) -> None:
    now = 1_700_000_000
    odd: list[list[dict[str, int]]] = [
        [{}],
        [{"start": now}],
        [{"end": now}],
        [{"start": 0, "end": 0}],
        [{"start": now, "end": now - 9}],
        [{"start": 2**63 - 1, "end": 2**63 - 1}],
        [{"start": now + day * 86_400, "end": now + day * 86_400 + 60} for day in range(1_500)],
        [],
    ]
    _alert(entity)["active_period"] = chance.choice(odd)


def names_unknown_routes(entity: Entity, chance: random.Random) -> None:
    routes = chance.sample(["made-up", "A B", " A", "a", "1 ", "Réd", "🚇"], 3)
    _alert(entity)["informed_entity"] = [{"route_id": route} for route in routes]


def names_trips_alone(entity: Entity, chance: random.Random) -> None:
    trips: list[dict[str, Any]] = [{"trip_id": "made-up"}, {"route_id": "A", "trip_id": "made-up"}, {}]
    _alert(entity)["informed_entity"] = [{"trip": chance.choice(trips)}]


def names_agencies_alone(entity: Entity, chance: random.Random) -> None:
    agencies = chance.sample(["1", "MTASBWY", "made-up", "RTD", ""], 2)
    _alert(entity)["informed_entity"] = [{"agency_id": agency} for agency in agencies]


def names_our_routes_of_another_agency(entity: Entity, _chance: random.Random) -> None:
    for selector in _alert(entity).get("informed_entity", []):
        selector["agency_id"] = "made-up"


def names_kinds_and_stops_alone(entity: Entity, _chance: random.Random) -> None:
    kinds: list[dict[str, Any]] = [
        {"route_type": 1},
        {"stop_id": "A15"},
        {"direction_id": 1},
        {"stop_id": "a\x00b"},
        {},
    ]
    _alert(entity)["informed_entity"] = kinds


def names_nothing(entity: Entity, chance: random.Random) -> None:
    _alert(entity)["informed_entity"] = []


def is_deleted(entity: Entity, _chance: random.Random) -> None:
    entity["is_deleted"] = True


def is_no_alert(entity: Entity, _chance: random.Random) -> None:
    del entity["alert"]
    entity["trip_update"] = {"trip": {"trip_id": "made-up"}}


def is_a_trip_too(entity: Entity, _chance: random.Random) -> None:
    entity["trip_update"] = {"trip": {"trip_id": "made-up"}}


def has_an_odd_id(entity: Entity, chance: random.Random) -> None:
    entity["id"] = chance.choice(["", "x" * 300, "made\nup", "made up", "lmm:alert:", ":::31", "é🚇"])


def has_another_s_id(entity: Entity, chance: random.Random) -> None:
    entity["id"] = f"made-up:{chance.randint(1, 3)}"


def has_another_s_id_by_rank(entity: Entity, chance: random.Random) -> None:
    entity["id"] = f"lmm:alert:1:{chance.randint(1, 35)}"


def has_no_mercury(entity: Entity, _chance: random.Random) -> None:
    _alert(entity).pop(MERCURY, None)


def has_half_a_mercury(entity: Entity, chance: random.Random) -> None:
    halves: list[dict[str, Any]] = [
        {},
        {"alert_type": "Delays"},
        {"created_at": 1, "updated_at": 2},
        {"alert_type": "Made-up Type", "display_before_active": 2**62},
        {"alert_type": "", "clone_id": "made-up:1"},
        {"alert_type": "Delays", "human_readable_active_period": {"translation": []}},
    ]
    _alert(entity)[MERCURY] = chance.choice(halves)


OF_ENTITIES: dict[str, Change] = {
    made.__name__: made
    for made in (
        *(drops_a_field, has_unknown_enums, speaks_more_languages, speaks_another_language_only),
        *(has_empty_translations, speaks_in_markup_only, has_markup_in_plain_words, has_unseen_characters),
        *(has_a_huge_description, has_odd_periods, names_unknown_routes, names_trips_alone, names_agencies_alone),
        *(names_our_routes_of_another_agency, names_kinds_and_stops_alone, names_nothing, is_deleted, is_no_alert),
        *(is_a_trip_too, has_an_odd_id, has_another_s_id, has_another_s_id_by_rank, has_no_mercury, has_half_a_mercury),
    )
}


def of_wrong_kind(entity: Entity, chance: random.Random) -> None:
    """Something of another kind than the field's, which JSON alone can hold: in the entity, or deep in it."""
    wrong = chance.choice([None, 7, -1, 1.5, True, "words", [], ["words"], {}, {"made": "up"}, [None], "\ud800", 2**70])
    holder: Any = entity
    for _ in range(chance.randint(0, 4)):
        inside = list(holder.values()) if isinstance(holder, dict) else list(holder)
        deeper = [one for one in inside if isinstance(one, dict | list) and one]
        if not deeper:
            break
        holder = chance.choice(deeper)
    place = chance.choice(sorted(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
    holder[place] = wrong


HEADERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "a time of 0": lambda _: {"timestamp": 0},
    "no time": lambda _: {"timestamp": None},
    "a time as text": lambda header: {"timestamp": str(header["timestamp"])},
    "a newer version": lambda _: {"gtfs_realtime_version": "3.7"},
    "fields of the future": lambda _: {"made_up": {"a": [1]}, "feed_version": "made up"},
}
REFUSED_HEADERS: dict[str, tuple[dict[str, Any], str]] = {
    "a time far ahead": ({"timestamp": 9_999_999_999}, "later than now"),
    "a time long ago": ({"timestamp": 1}, "stale"),
    "a differential feed": ({"incrementality": "DIFFERENTIAL"}, "differential"),
    "no version": ({"gtfs_realtime_version": None}, "version"),
}
ENUMS = {"cause": 6, "effect": 7, "severity_level": 14}
"""Field numbers on Alert (GTFS-realtime reference): what the bindings refuse to write as a name."""


def as_protobuf_of_the_future(document: Mapping[str, Any]) -> bytes:
    """As protobuf, enum values that nobody knows among it."""
    known, enums = copy.deepcopy(dict(document)), []
    for entity in known["entity"]:
        alert = entity.get("alert", {})
        enums.append({name: alert.pop(name) for name in ENUMS if isinstance(alert.get(name), int)})
    message = gtfs_realtime_pb2.FeedMessage.FromString(as_protobuf(known))
    for built, numbers in zip(message.entity, enums, strict=True):
        for name, value in numbers.items():
            built.alert.MergeFromString(bytes([ENUMS[name] << 3, value]))
    return bytes(message.SerializeToString())
