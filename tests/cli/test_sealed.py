"""After a seal no readable byte of the person is left: in no store, journal, page, export, log or backup."""

from __future__ import annotations

import base64
import binascii
import io
import json
import logging
import quopri
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image

from tests.cli.conftest import Fleet

NAME = "Zoë Unobtainium"
FREE = "seen by the kiosk, goes by Zoe Nowhere-Man"
REF = "MADE-UP-PERSON-77"


def record(number: str, **changes: object) -> str:
    now = datetime.now(UTC)
    return json.dumps(
        {
            "authority": "Example Transit Police",
            "number": number,
            "occurred_from": (now - timedelta(hours=1)).isoformat(),
            "known_at": (now - timedelta(minutes=30)).isoformat(),
            "offence_code": "ROB",
            "state": "wanted",
            "state_since": (now - timedelta(minutes=30)).isoformat(),
            "place": {"station": "Harbour"},
            "free_text": f"{FREE}; {NAME}",
            "nickname": NAME,
            "person": {
                "ref": REF,
                "name": NAME,
                "age": "40",
                "case_reference": "CASE-1",
                "picture": {"path": "still.png", "footage": "camera 4", "minute": "20:04", "voucher": "Ofc. Example"},
            },
            **changes,
        }
    )


def spellings(words: str) -> Iterator[bytes]:
    """The words in every encoding that we write, in any case."""
    for text in {words, words.upper(), words.lower(), words.casefold()}:
        plain = text.encode()
        yield from (plain, text.encode("utf-16-le"), text.encode("utf-16-be"), json.dumps(text)[1:-1].encode())
        yield from (quote(text).encode(), quopri.encodestring(plain), binascii.hexlify(plain))
        yield binascii.hexlify(plain).upper()
        yield from based(plain)


def based(plain: bytes) -> Iterator[bytes]:
    """Base 64 at each of its three alignments, without the signs that neighbours change."""
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + plain)
        yield whole[4 if shift else 0 : len(whole) // 4 * 4 - 4]


def found_in(places: dict[str, bytes], needles: set[bytes]) -> list[tuple[str, bytes]]:
    return [
        (name, needle)
        for name, content in places.items()
        for needle in needles
        if needle in content or needle.lower() in content.lower()
    ]


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def still() -> bytes:
    buffer = io.BytesIO()
    tints = Image.effect_noise((400, 300), 90).convert("RGB")
    tints.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def said(desk: Fleet) -> tuple[str, bytes]:
    """Its reference and the picture that stands, approved by two, on the local timeline."""
    desk.bend(("policy:\n", "policy:\n  undo_window: 1s\n"))
    operator = desk.environ["SUBWAY_FLEET_TOKEN"]
    added = desk("incident", "add", record("1"), "--columns", "bureau", "--json")
    assert added.code == 0, added
    key = added.json[0]["key"]
    (desk.folder / "still.png").write_bytes(still())
    look = desk.folder / "look.jpg"
    shown = desk(
        "incident", "picture", key, desk.folder / "still.png", "--crop", "0,0,300,300", "--nobody-else", "--out", look
    )
    assert shown.code == 0, shown
    picture = look.read_bytes()
    for name in ("rob", "rita"):
        desk.environ["SUBWAY_FLEET_TOKEN"] = operator
        desk.log_in(name, "reviewer")
        [one] = desk("review", "list", "--json").json
        asked = desk("review", "show", one["id"], "--json").json
        answers = [word for each in asked["ask"] for word in ("--answer", f"{each['id']}=no")]
        yes = desk("review", "approve", one["id"], "--hash", asked["hash"], *answers)
        assert yes.code == 0, yes
    desk.environ["SUBWAY_FLEET_TOKEN"] = operator
    desk("once", "--quiet", "--patience", "30")
    for file in ("still.png", "look.jpg"):  # the officer's own copies
        (desk.folder / file).unlink()
    return added.json[0]["reference"], picture


def test_no_readable_byte_is_left_anywhere(
    desk: Fleet, said: tuple[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reference, picture = said
    words = {one for text in (NAME, FREE, REF, "Nowhere-Man") for one in spellings(text)}
    pieces = {picture[at : at + 24] for at in range(64, len(picture) - 24, len(picture) // 7)}
    pieces |= {one for piece in pieces for one in (binascii.hexlify(piece), *based(piece))}
    standing = {name for name, _ in found_in(files_of(desk.state), {NAME.encode(), *pieces})}
    assert "local.db" in {name.removesuffix("-wal") for name in standing}, "the search finds what stands"
    control = {f"control {number}": b"x" + one + b"y" for number, one in enumerate(words)}
    assert {name for name, _ in found_in(control, words)} == set(control)

    backup = desk.folder / "kept"
    assert desk("backup", backup).code == 0
    sealed = desk("incident", "seal", reference, "--order", "so-2026-17", "--json")
    assert sealed.code == 0, sealed
    assert (sealed.json["destroyed"], sealed.json["up"]) == (True, 0)

    told = [desk("incident", "seal", reference, "--order", "so-2026-17"), desk("audit", "verify"), desk("status")]
    told += [desk("audit", "export"), desk("audit", "export", "--json"), desk("accounts", "practice", "--texts")]
    told += [desk("incident", "show", reference), desk("explain", reference), desk("retract", reference, "--status")]
    told += [desk("review", "list", "--all"), desk("incident", "list", "--json")]
    verified = told[1]
    assert (verified.code, "holds" in verified.out) == (0, True), verified
    places = files_of(desk.folder) | {f"told {n}": (one.out + one.err).encode() for n, one in enumerate(told)}
    places["logs"] = caplog.text.encode()
    assert found_in(places, words | pieces) == []

    again = desk("incident", "add", record("1", free_text=f"{NAME} once more"), "--columns", "bureau", "--json")
    assert [row["outcome"] for row in again.json] == ["sealed"]
    assert found_in(files_of(desk.folder), words | pieces) == []

    assert desk("restore", backup, "--replace").code == 0
    desk("once", "--quiet", "--patience", "30")
    back = desk("retract", reference, "--status", "--json")
    assert (back.json["because"], back.json["gone"]) == ("sealing", True), "an older copy takes it down again"
    assert desk("audit", "verify").code == 0
    again = desk("incident", "add", record("1"), "--columns", "bureau", "--json")
    assert [row["outcome"] for row in again.json] == ["sealed"]
    places = files_of(desk.folder) | {"shown": desk("incident", "show", reference).out.encode()}
    assert found_in(places, words | pieces) == []


@pytest.mark.parametrize("order", ["Pat Example", "PAT-EXAMPLE", "", "order of Judge Example", "SO 17"])
def test_an_order_is_a_number_and_no_name(desk: Fleet, order: str) -> None:
    desk.add("--station", "Harbour", "--train", "GB", "--offence", "ROB", "--number", "1")
    assert "order-not-plain" in desk("incident", "seal", "1", "--order", order).one_line(2)


def test_an_officer_alone_may_not_seal(desk: Fleet) -> None:
    desk.add("--station", "Harbour", "--train", "GB", "--offence", "ROB", "--number", "1")
    desk.log_in("olga", "officer")
    assert "it needs the role reviewer or operator" in desk("incident", "seal", "1", "--order", "SO-17").one_line()
