"""Every rule by its name, in a sentence for the person who asks why a record was said, held or dropped."""

from __future__ import annotations

from core.rules.gate import INCIDENT_RULES
from core.rules.lint import LINT_RULES
from core.rules.muting import MUTE_RULES
from core.rules.persons import PERSON_RULES

RULES: dict[str, str] = {
    "agency-voice": "The transit agency says so: quoted under its name.",
    "evening-digest": "The rest of the day, each item passed before: said once in the evening.",
    "alert-never": "The agency's table (alert_types.yaml) keeps this kind of service notice off the line handles.",
    "not-asked-for": "Only lines that ask for this kind of service notice (`also` in lines.yaml) carry it; none does.",
    "pattern-waits": "Like incidents on one line may belong together: people say whether that is told.",
    "pattern-shaken": "An incident behind the pattern may not be said any more.",
    "agency-share": "The agency's share of the day (policy.agency_share) is used on every line that it is about.",
    "reminder": "What the agency announced long before begins now: said once more.",
    "alert-review": "The agency's table (alert_types.yaml) lets a person decide on this kind of service notice.",
    "alert-names-somebody": "A service notice may name or describe somebody: said without its words, which wait.",
    "alert-ended": "A service notice that was said has ended: all clear, under the agency's name.",
    "link-costs": "A service notice with a link is dear, and `links` of an account is hold: a person decides.",
    "alert-not-yet": "The service notice begins more than an hour from now.",
    "draft-catalogue": "A live account carries only words that somebody has read and signed (`catalogue sign`).",
    "language-carries-no-person": "A language of the account has no words about a person: the account is left out.",
    "no-words": "It can't be put into words on some account: a message or an offence word is missing.",
    "retracted": "Its notice was taken back (`retract`): nothing of it is said any more.",
    "confirm-by": "The time of what stands about a person was over, and nobody confirmed it: it comes down by itself.",
    "cleared-elsewhere": "Its person was cleared, or the case sealed, in another record: taken down with it.",
    "sealed": "An order closed it for good: nothing of it is kept or said, however often it comes.",
    "corrected": "An officer corrected what stands (`correct`): said as a correction wherever it stood.",
    "no-rule": "No rule says that it may go out.",
    "ambiguous-place": "The place does not say which line: an officer must; it is never guessed.",
    "off-network": "Its place is not of this network.",
    "no-handle": "No line that it is about has a handle that speaks.",
    "alert-over": "The service notice was over before it could be said.",
    "echo": "Our own notice that came back through somebody else's feed: it is never said again.",
    "merged": "An officer merged it into another incident.",
    "superseded": "A newer revision of the same record took its place.",
    "source-may-not": "Its source is not trusted to say this (`may_assert` in lines.yaml): set aside whole.",
    "not-my-line": "A bot's answer: it is not about this bot's line.",
    "handle-off": "A bot's answer: every account of its handle is off.",
}
RULES |= {rule.id: rule.summary for rule in INCIDENT_RULES}
RULES |= {rule.id: rule.summary for rule in MUTE_RULES}
RULES |= {rule.id: rule.summary for rule in PERSON_RULES}
RULES |= {rule.id: rule.summary for rule in LINT_RULES}
"""Rule → what it says."""


def why(rule: str | None) -> str:
    """The sentence of a rule, empty where none ruled."""
    return "" if rule is None else RULES.get(rule, rule)
