"""The control face over HTTP, for a loopback X that runs in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.x_server.faults import Fault, Order
from tests.fakes.x_server.limits import Limits
from tests.fakes.x_server.site import Site
from tests.fakes.x_server.world import XPost

_Action = Callable[[Site, dict[str, Any]], Any]


def answer(site: Site, method: str, path: str, query: str, body: bytes) -> tuple[int, Any]:
    """Does one control call: `GET posts|requests|accounts|media`, `POST add_account|misbehave|release|lossy|settings`.

    Gives status and JSON value; a call that is unknown or wrong is a 404 or 400 that says why.
    """
    action = _ACTIONS.get((method, path.removeprefix("/_control/")))
    if action is None:
        return 404, {"error": f"no such control: {method} {path}"}
    try:
        given = json.loads(body) if body else dict(parse_qsl(query))
        return 200, action(site, given)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        return 400, {"error": f"{type(error).__name__}: {error}"}


def post_as_json(post: XPost) -> dict[str, Any]:
    """A line of the record, times as ISO texts."""
    times = {name: at.isoformat() if at else None for name, at in (("at", post.at), ("deleted_at", post.deleted_at))}
    return {**asdict(post), **times}


def _posts(site: Site, given: dict[str, Any]) -> Any:
    return [post_as_json(one) for one in site.world.record(given.get("username"))]


def _requests(site: Site, _given: dict[str, Any]) -> Any:
    return [asdict(one) for one in list(site.seen)]


def _accounts(site: Site, _given: dict[str, Any]) -> Any:
    return [asdict(one) for one in site.world.accounts.values()]


def _media(site: Site, _given: dict[str, Any]) -> Any:
    found = site.world.media.values()
    return [
        {"id": one.id, "username": one.username, "alt_text": one.alt_text, "size": len(one.content)} for one in found
    ]


def _add_account(site: Site, given: dict[str, Any]) -> Any:
    rest = {"token": None, "secret": None, "self_serve": False} | given
    return asdict(site.world.add_account(**rest))


def _misbehave(site: Site, given: dict[str, Any]) -> Any:
    order = site.faults.add(Order(Fault(given.pop("fault")), **given))
    return {"number": order.number}


def _release(site: Site, given: dict[str, Any]) -> Any:
    order = site.faults.get(given["number"])
    order.release()
    return {"applied": order.applied}


def _lossy(site: Site, given: dict[str, Any]) -> Any:
    site.faults.lossy(given["fraction"], given["seed"])
    return {}


def _settings(site: Site, given: dict[str, Any]) -> Any:
    limits = given.pop("limits", None)
    site.answers_after = given.pop("answers_after", site.answers_after)
    for name, value in given.items():
        if name not in ("read_lag", "refuses_duplicates", "wording"):
            raise ValueError(f"no such setting: {name}")
        setattr(site.world, name, value)
    if limits is not None:
        site.budget.limits = Limits(**limits)
    return {}


_ACTIONS: dict[tuple[str, str], _Action] = {
    ("GET", "posts"): _posts,
    ("GET", "requests"): _requests,
    ("GET", "accounts"): _accounts,
    ("GET", "media"): _media,
    ("POST", "add_account"): _add_account,
    ("POST", "misbehave"): _misbehave,
    ("POST", "release"): _release,
    ("POST", "lossy"): _lossy,
    ("POST", "settings"): _settings,
}
