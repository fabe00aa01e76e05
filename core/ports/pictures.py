"""What the inside needs to keep of pictures that somebody prepared."""

from __future__ import annotations

from typing import Protocol

from core.domain.notices import Subject
from core.domain.persons import PreparedPicture


class Pictures(Protocol):
    """One prepared picture per incident, named by its content; its bytes lie in the vault under the incident's key."""

    def of(self, subject: Subject) -> PreparedPicture | None:
        """The picture that posts about this incident's person show; None when there is none."""

    def add(self, subject: Subject, picture: PreparedPicture) -> None:
        """Keep it in the place of any before it."""

    def drop(self, subject: Subject) -> bool:
        """None is shown any more; False when there was none."""
