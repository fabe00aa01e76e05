"""Everything that finds a notice again is derived from the fleet's secret, never drawn at random."""

from __future__ import annotations

import hashlib
import hmac

from core.domain.deliveries import DeliveryKey
from core.domain.notices import NoticeId, Speaker, Subject, SubjectKind

ALPHABET = "0123456789BCDFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32 without its vowels A and E: thirty characters."""
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
LENGTH = 7


def _check(body: str) -> str:
    """Luhn's check character in base 30 (the mod N form of ISO/IEC 7812-1 annex B)."""
    total = 0
    for position, char in enumerate(reversed(body)):
        value = ALPHABET.index(char) * (2 if position % 2 == 0 else 1)
        total += value // len(ALPHABET) + value % len(ALPHABET)
    return ALPHABET[-total % len(ALPHABET)]


def read_reference(text: str) -> str | None:
    """A reference as a person types it (any case, O for 0, I or L for 1), or None when it is none."""
    folded = text.strip().upper().replace("-", "").translate(_MISREAD)
    if len(folded) != LENGTH or any(char not in ALPHABET for char in folded):
        return None
    return folded if _check(folded[:-1]) == folded[-1] else None


class Identity:
    """Derives ids, references and platform keys from the fleet's secret (at least 16 bytes)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("the fleet's secret must have at least 16 bytes")
        self._secret = secret

    def _mac(self, purpose: str, *parts: str) -> bytes:
        text = "\x1f".join((purpose, *parts))
        return hmac.new(self._secret, text.encode(), hashlib.sha256).digest()

    def incident(self, authority: str, number: str) -> Subject:
        """The subject of an incident: a keyed hash of its authority and number."""
        mac = self._mac("incident", authority.strip(), number.strip())
        return Subject(kind=SubjectKind.INCIDENT, key=mac.hex()[:32])

    def also_known_as(self, other_id: str) -> str:
        """A keyed hash under which another system's id is found."""
        return self._mac("aka", other_id.strip()).hex()[:32]

    def person(self, given_by: str, ref: str) -> str:
        """A keyed hash of the id by which records systems know a person, and of who gives that id out: two agencies may
        give the same one to two people."""
        return self._mac("person", f"{' '.join(given_by.casefold().split())}\x1f{ref.strip()}").hex()[:32]

    def person_before(self, ref: str) -> str:
        """The hash as it was kept before it held who gives the id out."""
        return self._mac("person", ref.strip()).hex()[:32]

    def endpoint(self, mark: str) -> str:
        """A keyed hash of an endpoint's own mark, under which it was proven."""
        return self._mac("endpoint", mark).hex()[:32]

    def picture_link(self, key: DeliveryKey, mark: str) -> str:
        """40 hexadecimal digits that nobody guesses: the link of what one endpoint was handed, as it is now."""
        return self._mac("picture link", str(key), mark).hex()[:40]

    def content(self, canonical: bytes) -> str:
        """A keyed hash of a record's content: equal records hash equal."""
        return self._mac("content", hashlib.sha256(canonical).hexdigest()).hex()[:32]

    def notice(self, subject: Subject, speaker: Speaker) -> NoticeId:
        """The notice's id: one per subject and speaker."""
        return NoticeId(self._mac("notice", str(subject), speaker.value).hex()[:32])

    def reference(self, notice_id: NoticeId, collision: int = 0) -> str:
        """The public reference; `collision` counts how many earlier values were taken."""
        number = int.from_bytes(self._mac("reference", notice_id)[:8], "big") + collision
        body = ""
        for _ in range(LENGTH - 1):
            number, digit = divmod(number, len(ALPHABET))
            body += ALPHABET[digit]
        return body + _check(body)

    def platform_key(self, key: DeliveryKey) -> str:
        """64 hexadecimal digits from which a channel makes its own key (record key, idempotency key)."""
        return self._mac("platform", str(key)).hex()
