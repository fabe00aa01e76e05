"""A fleet's file that a test may bend: the example fleet's, in a folder of its own."""

from pathlib import Path

import pytest

from core.settings.load import SHIPPED, check_settings

EXAMPLE = SHIPPED / "example" / "lines.yaml"
NYC = SHIPPED.parent / "lines.yaml"


class Bent:
    """The example fleet's file with some words replaced; its agency is the shipped example."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lines.yaml"
        self.text = EXAMPLE.read_text(encoding="utf-8")

    def write(self, *changes: tuple[str, str]) -> Path:
        text = self.text
        for old, new in changes:
            assert old in text, f"the example fleet no longer says {old!r}"
            text = text.replace(old, new, 1)
        self.path.write_text(text, encoding="utf-8")
        return self.path

    def mistakes(self, *changes: tuple[str, str]) -> list[str]:
        """Each mistake of the bent file as `line: what. instead`."""
        path = self.write(*changes)
        return [f"{m.line}: {m.what}. {m.instead}" for m in check_settings(path, {})]


@pytest.fixture
def bent(tmp_path):
    return Bent(tmp_path)
