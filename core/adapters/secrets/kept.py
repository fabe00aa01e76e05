"""Secrets in a file of their own: in clear and 0600, or encrypted by a key from the environment."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.adapters.whole_file import only_writer, replace_whole
from core.ports.secrets import SecretsBroken

OVERRIDE = "SUBWAY_FLEET_SECRET_"
KEY_VARIABLE = "SUBWAY_FLEET_SECRETS_KEY"
_NONCE = 12


def override_name(name: str) -> str:
    """The environment variable that overrides a secret: `x:Handle` → SUBWAY_FLEET_SECRET_X_HANDLE."""
    return OVERRIDE + re.sub(r"[^A-Z0-9]", "_", name.upper())


class _FileOfSecrets(ABC):
    """The port Secrets over one file; how its bytes are written is the subclass's."""

    def __init__(self, path: Path, environment: Mapping[str, str] | None = None) -> None:
        self._path = path
        self._environment = os.environ if environment is None else environment
        self._writing = threading.Lock()

    def get(self, name: str) -> str | None:
        """The secret or None; the environment goes before the file. Raises SecretsBroken."""
        override = self._environment.get(override_name(name))
        return override if override is not None else self._load().get(name)

    def put(self, name: str, value: str) -> None:
        """Keep or replace. Raises SecretsBroken."""
        self._change(lambda kept: {**kept, name: value})

    def forget(self, name: str) -> None:
        """Remove; none there is no error."""
        self._change(lambda kept: {other: value for other, value in kept.items() if other != name})

    def names(self) -> Sequence[str]:
        """The names in the file, never values; what stands only in the environment has no name here."""
        return sorted(self._load())

    @abstractmethod
    def _read(self, content: bytes) -> bytes:
        """The JSON in a file's bytes."""

    @abstractmethod
    def _written(self, document: bytes) -> bytes:
        """A file's bytes for a JSON document."""

    def _load(self) -> dict[str, str]:
        try:
            with self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    raise SecretsBroken(f"{self._path} can be read by others: chmod 600 {self._path}")
                document = json.loads(self._read(file.read()))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SecretsBroken(f"{self._path} can't be read: {error.strerror}") from None
        except ValueError:
            raise SecretsBroken(f"{self._path} holds no secrets that can be read: restore it or remove it") from None
        if not isinstance(document, dict) or not all(isinstance(value, str) for value in document.values()):
            raise SecretsBroken(f"{self._path} must hold one JSON object of texts: restore it or remove it")
        return document

    def _change(self, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
        try:
            with self._writing, only_writer(self._path):
                document = json.dumps(change(self._load()), indent=1, sort_keys=True).encode()
                replace_whole(self._path, self._written(document))
        except OSError as error:
            raise SecretsBroken(f"{self._path} can't be written: {error.strerror}") from None


class FileSecrets(_FileOfSecrets):
    """JSON, readable by its owner only, replaced atomically."""

    def _read(self, content: bytes) -> bytes:
        return content

    def _written(self, document: bytes) -> bytes:
        return document


class EncryptedSecrets(_FileOfSecrets):
    """The same file under AES-256-GCM; the key, 32 bytes in base 64, comes from SUBWAY_FLEET_SECRETS_KEY."""

    def __init__(self, path: Path, environment: Mapping[str, str] | None = None) -> None:
        super().__init__(path, environment)
        self._cipher = AESGCM(_key(self._environment.get(KEY_VARIABLE, "")))

    def _read(self, content: bytes) -> bytes:
        try:
            return self._cipher.decrypt(content[:_NONCE], content[_NONCE:], None)
        except InvalidTag:
            raise SecretsBroken(f"{self._path} can't be opened with this {KEY_VARIABLE}") from None

    def _written(self, document: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, document, None)


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise SecretsBroken(f"{KEY_VARIABLE} must hold 32 bytes in base 64: openssl rand -base64 32 makes one")
    return key
