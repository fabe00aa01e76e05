"""Calls through Apprise: one address stands for e-mail, SMS, chat or a pager service."""

from __future__ import annotations

import logging

from core.ports.pager import Call, CallUrgency, NotRung


class ApprisePager:
    """The port Pager over an Apprise URL, which is a secret: it holds tokens. Apprise is imported at the first ring.

    Apprise tells only yes or no, so a no names no reason. Raises NotRung.
    """

    name = "apprise"

    def __init__(self, url: str) -> None:
        self._url = url

    def ring(self, call: Call) -> None:
        """Hand it to Apprise. Raises NotRung."""
        import apprise

        for name in ("apprise", "urllib3"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # their lines hold addresses with their tokens
        try:
            way = apprise.Apprise()
            kind = apprise.NotifyType.FAILURE if call.urgency is CallUrgency.NOW else apprise.NotifyType.WARNING
            taken = way.add(self._url) and way.notify(
                title=call.what, body=f"{call.why}\nTo do: {call.to_do}\n[{call.key}]", notify_type=kind
            )
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and its text may hold the address
            raise NotRung(f"Apprise fails ({type(error).__name__})") from None
        if not taken:
            raise NotRung("Apprise could not deliver it: check the address kept as its secret")
