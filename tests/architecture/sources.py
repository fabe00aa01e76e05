"""Lists the project's own Python files for the tests that read them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def python_files(*rooms: str) -> list[Path]:
    """Every .py of the rooms (folders or single files), as paths from the project's root."""
    files = []
    for room in rooms:
        path = ROOT / room
        files += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path.relative_to(ROOT) for path in files]


def text_of(path: Path) -> str:
    return (ROOT / path).read_text("utf-8")
