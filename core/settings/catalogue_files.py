"""Reads an agency's message catalogues with who signed them, and keeps a new signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, RootModel, model_validator

from core.domain.lines import Frozen
from core.domain.offences import OffenceCatalogue
from core.domain.staff import Actor, Role, demand
from core.render.catalogue import Catalogue, FaultyCatalogue, Signature, sign
from core.settings.explain import read_as
from core.settings.fleet_settings import Settings
from core.settings.mistakes import Mistakes
from core.settings.yaml_file import read_yaml

SIGNATURES = "catalogues.yaml"
_HEAD = "# Who read which language's messages, and when. `run_fleet.py catalogue sign` writes here.\n"


class CatalogueState(Frozen):
    """Whether a language's catalogue was read by someone, and by whom."""

    status: Literal["draft", "signed"] = Field(description="draft, until `catalogue sign` makes it signed.")
    reader: str | None = Field(default=None, description="Who read it.")
    date: dt.date | None = Field(default=None, description="When: 2026-11-21.")
    hash: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$", description="Fingerprint of what was read.")

    @model_validator(mode="after")
    def _signed_by_someone(self) -> CatalogueState:
        if self.status == "signed" and self.signature() is None:
            raise ValueError("a signed catalogue needs reader, date and hash")
        return self

    def signature(self) -> Signature | None:
        """The signature; None for a draft."""
        if self.status == "draft" or not self.reader or self.date is None or self.hash is None:
            return None
        return Signature(reader=self.reader, date=self.date, hash=self.hash)


class _SignaturesFile(RootModel[dict[str, CatalogueState]]):
    """Language → state."""


def languages_in(folder: Path) -> list[str]:
    """Languages that an agency has messages in."""
    return sorted(file.stem for file in (folder / "messages").glob("*.ftl"))


def read_signatures(folder: Path, mistakes: Mistakes) -> dict[str, CatalogueState]:
    """Language → state, as `messages/catalogues.yaml` says; without that file nothing is signed."""
    file = folder / "messages" / SIGNATURES
    read = read_yaml(file, mistakes) if file.is_file() else None
    content = read_as(_SignaturesFile, read, mistakes) if read and read.tree is not None else None
    return content.root if content else {}


def read_catalogues(
    folder: Path, languages: Sequence[str], offences: OffenceCatalogue, mistakes: Mistakes
) -> dict[str, Catalogue]:
    """The catalogues of these languages; those that are refused are left out, each fault noted."""
    states = read_signatures(folder, mistakes)
    found: dict[str, Catalogue] = {}
    for language in languages:
        file = folder / "messages" / f"{language}.ftl"
        words = {entry.code: entry.words[language] for entry in offences if language in entry.words}
        signature = states[language].signature() if language in states else None
        try:
            found[language] = Catalogue(language, file.read_text(encoding="utf-8-sig"), signature, words)
        except FaultyCatalogue as error:
            for fault in error.faults:
                mistakes.add(file, (0, 0), fault, "Write it as the English catalogue does")
        except (OSError, UnicodeDecodeError):
            mistakes.add(file, (0, 0), "can't be read as UTF-8 text", "Save it as UTF-8 where it may be read")
    return found


def sign_catalogue(actor: Actor, settings: Settings, language: str, reader: str, day: dt.date) -> Signature:
    """A reader says that they read all words of a language on that day; it is kept in `messages/catalogues.yaml`.

    Raises NotAllowed unless the actor is a reviewer or an operator, KeyError for a language that the fleet does not
    speak, ValueError without a reader's name, SettingsWrong when the file of signatures is unfit.
    """
    demand(actor, Role.REVIEWER, Role.OPERATOR)
    signature = sign(settings.catalogues[language], reader, day)
    mistakes = Mistakes()
    states = read_signatures(settings.agency_folder, mistakes)
    mistakes.stop_if_any()
    states[language] = CatalogueState(
        status="signed", reader=signature.reader, date=signature.date, hash=signature.hash
    )
    content = {name: state.model_dump(mode="json", exclude_none=True) for name, state in sorted(states.items())}
    text = _HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    (settings.agency_folder / "messages" / SIGNATURES).write_text(text, encoding="utf-8")
    return signature
