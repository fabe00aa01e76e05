"""Calls by one JSON document to a web address, signed where a key is kept."""

from __future__ import annotations

import hashlib
import hmac
import json

import requests

from core.adapters.http import Hidden, Limits, Pace, checked_url
from core.adapters.one_try import session_of_one_try
from core.ports.pager import Call, NotRung

SIGNATURE = "X-Fleet-Signature"
LIMITS = Limits(connect=5, read=10, tries=3, first_pause=1.0, longest_pause=5.0)


class WebhookPager:
    """The port Pager. The receiver may compare `X-Fleet-Signature: sha256=…`, an HMAC of the body under `key`.

    The same call may arrive twice when an answer got lost: `Idempotency-Key` tells. Raises ValueError when the address
    is neither https nor on this machine.
    """

    name = "webhook"

    def __init__(self, url: str, key: str | None = None, limits: Limits = LIMITS, pace: Pace | None = None) -> None:
        self._url = checked_url(url)
        self._key = key
        self._limits = limits
        self._pace = pace or Pace()
        self._hidden = Hidden((url, key or ""))

    def ring(self, call: Call) -> None:
        """POST it until it is taken, a few times. Raises NotRung."""
        body = json.dumps(call.model_dump(mode="json"), ensure_ascii=False).encode()
        why = ""
        with session_of_one_try(self._url, self._limits.connect, self._limits.read) as session:
            for number in range(1, self._limits.tries + 1):
                why, again = self._try(session, body, call)
                if not why:
                    return
                if not again or number == self._limits.tries:
                    break
                self._pace.sleep(min(self._limits.longest_pause, self._limits.first_pause * 2.0 ** (number - 1)))
        raise NotRung(f"the webhook {why}")

    def _try(self, session: requests.Session, body: bytes, call: Call) -> tuple[str, bool]:
        """Why it was not taken (nothing when it was), and whether another try may help."""
        try:
            answer = session.post(self._url, data=body, headers=self._headers(body, call), allow_redirects=False)
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            return f"can't be reached ({type(error).__name__})", True
        except Exception as error:  # noqa: BLE001 - its text may hold the address, which is a secret
            return f"fails ({type(error).__name__})", False
        status = answer.status_code
        if 200 <= status < 300:
            return "", False
        return f"answers {status}", status == 429 or status >= 500

    def _headers(self, body: bytes, call: Call) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "subway-fleet",
            "Idempotency-Key": hashlib.sha256(body + call.key.encode()).hexdigest(),
        }
        if self._key:
            headers[SIGNATURE] = f"sha256={hmac.new(self._key.encode(), body, hashlib.sha256).hexdigest()}"
        return headers
