"""An agency pack's plain facts: who speaks, where to call, in which zone."""

from __future__ import annotations

from pydantic import Field

from core.domain.lines import Frozen


class Contacts(Frozen):
    """Numbers that a text may hold."""

    emergency: str
    tips: str | None = None
    tips_text: str | None = None


class Agency(Frozen):
    """What `agencies/NAME/agency.yaml` says."""

    name: str
    bureau: str
    """The police bureau's short name, as riders know it."""
    transit_agency: str
    zone: str
    """IANA name of the agency's time zone."""
    contacts: Contacts
    ridership: dict[str, int] = Field(default_factory=dict)
    """Line → riders on an ordinary day; counts of incidents stand beside it where it is given."""
    directions: dict[str, str] = Field(default_factory=dict)
    """A direction as records write it (upper case) → its catalogue code."""
    areas: dict[str, str] = Field(default_factory=dict)
    """An area as records write it (upper case) → its display name; empty where there are none."""
    description: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Field of a person's description → how records write it (upper case) → its catalogue code. What says nothing
    (average, medium) is left out of it."""
    links: tuple[str, ...] = ()
    """Hosts that the bureau's texts may link to."""
    agency_links: tuple[str, ...] = ()
    """Hosts that the transit agency's own alerts may link to, and numbers that they may name, beside `links`."""
    agency_numbers: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    """Hashtags that a text may hold, without the sign."""
    capitals: tuple[str, ...] = ()
    """Words that are written in capitals without shouting, beside the lines' symbols."""
