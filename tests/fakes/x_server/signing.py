"""Checks the OAuth 1.0a signature that a client puts into the Authorization header."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, unquote

# A client signs the address that it believes to call, whatever carries the request to the loopback server.
HOSTS = ("https://api.twitter.com", "https://api.x.com")


def token_of(header: str) -> str:
    """The access token named in an `Authorization: OAuth ...` header; empty when there is none."""
    return _fields(header).get("oauth_token", "")


def is_signed(header: str, method: str, path: str, query: str, secrets: tuple[str, str], own_url: str) -> bool:
    """Whether the header's HMAC-SHA1 signature was made with (consumer secret, token secret).

    Base string and key as in RFC 5849, 3.4; a JSON body takes no part in it.
    """
    fields = _fields(header)
    claimed = fields.pop("oauth_signature", "")
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in [*fields.items(), *parse_qsl(query, True)])
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    sign = _signer("&".join(map(_quoted, secrets)))
    addresses = [f"{host}{path}" for host in (*HOSTS, own_url)]
    made = [sign("&".join((method, _quoted(address), _quoted(joined)))) for address in addresses]
    return any(hmac.compare_digest(claimed, one) for one in made)


def _fields(header: str) -> dict[str, str]:
    if not header.startswith("OAuth "):
        return {}
    return {name: unquote(value) for name, value in re.findall(r'(oauth_\w+)="([^"]*)"', header)}


def _signer(key: str) -> Callable[[str], str]:
    def sign(text: str) -> str:
        return base64.b64encode(hmac.digest(key.encode(), text.encode(), hashlib.sha1)).decode()

    return sign


def _quoted(text: str) -> str:
    return quote(text, safe="~")
