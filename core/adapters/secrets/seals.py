"""Whose keys were destroyed: kept beside the anchor, so that a restored copy can't make them readable again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from core.adapters.whole_file import only_writer, replace_whole
from core.ports.secrets import SecretsBroken

SEALS = "seals.json"


class SealFile:
    """The port Seals: a JSON list of the vault's owners, which are keyed hashes. Raises SecretsBroken."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def owners(self) -> Sequence[str]:
        """All of them, in order."""
        try:
            known = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, ValueError):
            known = None
        if not isinstance(known, list) or not all(isinstance(owner, str) for owner in known):
            raise SecretsBroken(f"{self._path} can't be read as a list of seals: put a copy of it back")
        return known

    def add(self, owner: str) -> None:
        """Remember that this owner's key is destroyed; before it is, so that none is destroyed and forgotten."""
        try:
            with only_writer(self._path):
                known = self.owners()
                if owner not in known:
                    replace_whole(self._path, json.dumps([*known, owner], indent=1).encode())
        except OSError as error:
            raise SecretsBroken(f"{self._path} can't be written: {error.strerror}") from None
