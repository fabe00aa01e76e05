"""Where the store, the vault's keys and the secrets are: lines.yaml says it, the environment overrides it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.settings.mistakes import Mistakes, shown
from core.settings.shapes import FleetFile
from core.settings.yaml_file import YamlFile

HOME = "SUBWAY_FLEET_HOME"
STORE = "SUBWAY_FLEET_STORE"
KEYS = "SUBWAY_FLEET_KEYS"

_FORMS = "Write sqlite:///FILE or postgresql+psycopg://HOST/NAME"


@dataclass(frozen=True, slots=True)
class StatePlaces:
    """Folder and addresses; nothing of it is made yet."""

    folder: Path
    store_url: str
    keys_url: str

    @property
    def secrets_path(self) -> Path:
        """The file of secrets, which only its owner may read."""
        return self.folder / "secrets.json"


def find_places(fleet: FleetFile, read: YamlFile, environ: Mapping[str, str], mistakes: Mistakes) -> StatePlaces:
    """The places, absolute. Notes addresses that are none, a password in the file, keys kept in the store."""
    beside = read.file.absolute().parent
    folder = Path(environ[HOME]).absolute() if environ.get(HOME) else beside / fleet.state
    if fleet.store is not None:
        _check_store(fleet.store, read, mistakes)
    store = environ.get(STORE) or fleet.store or f"sqlite:///{folder / 'fleet.db'}"
    keys = environ.get(KEYS) or f"sqlite:///{folder / 'keys.db'}"
    for name in (STORE, KEYS):
        if environ.get(name) and not _is_address(environ[name]):
            mistakes.add(Path(f"${name}"), (0, 0), "this is no address of a store", _FORMS)
    if _from(beside, store) == _from(beside, keys):
        what = "the keys would be kept in the store itself, and in its backups"
        mistakes.add(Path(f"${KEYS}"), (0, 0), what, "Give the keys an address of their own")
    return StatePlaces(folder, _from(beside, store), _from(beside, keys))


def check_writable(folder: Path, read: YamlFile, environ: Mapping[str, str], mistakes: Mistakes) -> bool:
    """False, and noted, for a state folder that can't be made or written. Nothing is made."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return True
    why = f"{shown(there)} can't be written by this user" if there.is_dir() else f"{shown(there)} is no folder"
    if environ.get(HOME):
        mistakes.add(Path(f"${HOME}"), (0, 0), f"{why}, so the state has no place", "Name a folder that can be written")
    else:
        instead = f"Name another folder in `state`, or set {HOME}"
        mistakes.add(read.file, read.at("state"), f"{why}, so the state has no place", instead)
    return False


def _check_store(store: str, read: YamlFile, mistakes: Mistakes) -> None:
    at = read.at("store")
    if not _is_address(store):
        mistakes.add(read.file, at, "`store` is no address of a store", _FORMS)
    elif store.startswith("postgresql") and urlsplit(store).password is not None:
        what = "a password stands in `store`"
        mistakes.add(read.file, at, what, f"Take it out, and put the whole address into {STORE}")


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if not address.isprintable():
        return False
    if parts.scheme == "sqlite":
        return not parts.netloc and len(parts.path) > 1
    return parts.scheme == "postgresql+psycopg" and len(parts.path) > 1


def _from(beside: Path, address: str) -> str:
    """A relative SQLite file is meant from where lines.yaml stands."""
    head, file = address[: len("sqlite:///")], address[len("sqlite:///") :]
    if head != "sqlite:///" or not file or file.startswith(("/", ":memory:")):
        return address
    return f"{head}{beside / file}"
