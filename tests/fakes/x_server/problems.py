"""What X says when it refuses: error bodies of the Problem types that X's own API description lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PROBLEM_BASE = "https://api.x.com/2/problems/"


@dataclass(frozen=True)
class Answer:
    """One HTTP answer: status, JSON body, headers beside the usual ones, and the body's media type."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


class Refused(Exception):
    """A call that X turned down; carries the answer to send."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.body.get("detail", answer.status)))
        self.answer = answer


def problem(kind: str, status: int, title: str, detail: str, **more: str) -> Answer:
    """Makes an error answer.

    `kind` is the last part of one of the nine types that the schema `Problem` of X's OpenAPI document (2.167) names;
    `more` holds what some of them require besides (`resource_type`, `field`). Live answers were also measured with
    the type `about:blank`, so a reader must tell kinds of 403 by `detail`, which is the same in both.
    """
    body = {"type": PROBLEM_BASE + kind, "title": title, "status": status, "detail": detail, **more}
    return Answer(status, body, media_type="application/problem+json")


def forbidden(detail: str) -> Refused:
    """A 403. Its kind stands in `detail` only: there is no code (measured)."""
    return Refused(problem("not-authorized-for-resource", 403, "Forbidden", detail, resource_type="post"))


def invalid(detail: str, parameter: str = "", value: str = "") -> Refused:
    """A 400 for a request that X can't read; the type is `InvalidRequestProblem` of the OpenAPI document."""
    more = {name: text for name, text in (("parameter", parameter), ("value", value)) if text}
    return Refused(problem("invalid-request", 400, "Invalid Request", detail, **more))


def missing(resource_type: str, parameter: str, value: str) -> dict[str, Any]:
    """The entry of `errors` for something that isn't there (`ResourceNotFoundProblem`)."""
    detail = f"Could not find {resource_type} with {parameter}: [{value}]."
    more = {"resource_type": resource_type, "resource_id": value, "parameter": parameter, "value": value}
    return dict(problem("resource-not-found", 404, "Not Found Error", detail, **more).body)


def not_found(resource_type: str, parameter: str, value: str) -> Refused:
    """A 404 for a call on something that isn't there."""
    return Refused(Answer(404, missing(resource_type, parameter, value), media_type="application/problem+json"))


def unauthorized() -> Refused:
    """A 401: the token is unknown, or the request is not signed with its secrets (X documentation, OAuth 1.0a)."""
    return Refused(problem("not-authorized-for-resource", 401, "Unauthorized", "Unauthorized", resource_type="user"))


def too_many(headers: Mapping[str, str]) -> Answer:
    """A 429. X sends no Retry-After, and sometimes no reset header either (measured)."""
    said = problem("resource-unavailable", 429, "Too Many Requests", "Too Many Requests", resource_type="post")
    return Answer(429, said.body, dict(headers), said.media_type)


def broken(status: int = 503) -> Answer:
    """A 5xx with an `InternalErrorProblem`; it says nothing about whether the call had its effect."""
    return problem("internal-error", status, "Service Unavailable", "Service Unavailable")


DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
SUSPENDED = "Your account is suspended and is not permitted to access this feature."
LOCKED = "This account is temporarily locked. Please log in to x.com to unlock your account."
NOT_PERMITTED = "You are not permitted to perform this action."
USAGE_CAP = "Usage cap exceeded: Monthly product cap"
REPLY_NOT_ALLOWED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the "
    "author of the post you are replying to."
)
PARENT_GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
ALREADY_REPOSTED = "You cannot retweet a Tweet that you have already retweeted."
