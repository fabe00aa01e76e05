"""Every rule by its name, in a sentence for the person who asks why a record was said, held or dropped."""

from __future__ import annotations

from core.rules.persons import PERSON_RULES

RULES: dict[str, str] = {
    "alone-and-fresh": "Fresh, and worth a rider's attention by itself: said alone.",
    "agency-voice": "The transit agency says so: quoted under its name.",
    "evening-digest": "The rest of the day, each item passed before: said once in the evening.",
    "offence-digest": "The offence catalogue puts this offence into the evening's digest.",
    "daily-limit": "The handle has said as much alone today as it may: the rest goes into the evening's digest.",
    "about-a-person": "It is about a person: nothing of it goes out until somebody has seen the exact posts.",
    "unknown-offence": "The offence catalogue knows neither its code nor its words.",
    "offence-review": "The offence catalogue asks for a reviewer before this offence is said.",
    "maybe-same": "It may be an incident that is known already: an officer merges or splits them.",
    "complex-waits": "It may be any of several joined stations, and the policy (`complex: hold`) asks for a person.",
    "release-not-yet": "Its own release lies ahead.",
    "from-the-future": "It is dated later than now: somewhere a clock or a date is wrong.",
    "alert-never": "The agency's table (alert_types.yaml) keeps this kind of service notice off the line handles.",
    "alert-review": "The agency's table (alert_types.yaml) lets a person decide on this kind of service notice.",
    "alert-ended": "A service notice that was said has ended: all clear, under the agency's name.",
    "alert-not-yet": "The service notice begins more than an hour from now.",
    "draft-catalogue": "A live account carries only words that somebody has read and signed (`catalogue sign`).",
    "no-words": "It can't be put into words on some account: a message or an offence word is missing.",
    "must-come-down": "A notice of it stands that may not be said any more: take it down.",
    "retracted": "Its notice was taken back (`retract`): nothing of it is said any more.",
    "no-rule": "No rule says that it may go out.",
    "ambiguous-place": "The place does not say which line: an officer must; it is never guessed.",
    "too-old": "Old news: too long since it happened, was known, or came into its present state.",
    "offence-never": "The offence catalogue says that this offence makes no notice.",
    "state-never": "A record in this state (sealed, unfounded, acquitted, person of interest …) makes no notice.",
    "off-network": "Its place is not of this network.",
    "no-handle": "No line that it is about has a handle that speaks.",
    "nothing-new": "A rider would notice no difference to what was said before.",
    "alert-over": "The service notice was over before it could be said.",
    "closed": "An officer closed this incident.",
    "merged": "An officer merged it into another incident.",
    "superseded": "A newer revision of the same record took its place.",
    "source-may-not": "Its source is not trusted to say this (`may_assert` in lines.yaml): set aside whole.",
    "not-my-line": "A bot's answer: it is not about this bot's line.",
    "handle-off": "A bot's answer: every account of its handle is off.",
} | {rule.id: rule.summary for rule in PERSON_RULES}
"""Rule → what it says."""


def why(rule: str | None) -> str:
    """The sentence of a rule, empty where none ruled."""
    return "" if rule is None else RULES.get(rule, rule)
