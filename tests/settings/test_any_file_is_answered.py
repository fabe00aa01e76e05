"""Whatever stands in lines.yaml, loading gives settings or SettingsWrong, and nothing else."""

from collections import Counter

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.settings.load import load_settings
from core.settings.mistakes import SettingsWrong
from tests.settings.conftest import EXAMPLE

EXAMPLE_TEXT = EXAMPLE.read_text(encoding="utf-8")
EXAMPLE_TREE = yaml.safe_load(EXAMPLE_TEXT)
SCRAPS = st.sampled_from(
    ["", " ", "\n", "\t", "- ", ": ", "#", "'", '"', "[", "}", "*a", "&a ", "!!int ", "\\", "~", "0", "é"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | SCRAPS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def answer_of(path, content):
    """`loaded`, `malformed` (the text is no YAML) or `mistakes`; anything else that is raised fails the test."""
    path.write_bytes(content)
    try:
        load_settings(path, {})
    except SettingsWrong as wrong:
        told = wrong.mistakes
    else:
        return "loaded"
    assert told
    assert all(mistake.what and mistake.instead and "\n" not in str(mistake) for mistake in told)
    return "malformed" if any("YAML" in mistake.what or "UTF-8" in mistake.what for mistake in told) else "mistakes"


def every_place(tree, steps=()):
    """The steps to every value of a tree."""
    yield steps
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, inner in pairs:
        yield from every_place(inner, (*steps, step))


PLACES = [steps for steps in every_place(EXAMPLE_TREE) if steps]


def test_arbitrary_bytes_are_answered(tmp_path):
    seen: Counter[str] = Counter()

    @settings(derandomize=True, deadline=None, max_examples=200)
    @given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")))
    def answered(content):
        seen[answer_of(tmp_path / "lines.yaml", content)] += 1

    answered()
    print(dict(seen))
    assert seen["malformed"]
    assert seen["mistakes"]


def test_a_file_with_a_scrap_in_it_is_answered(tmp_path):
    seen: Counter[str] = Counter()

    @settings(derandomize=True, deadline=None, max_examples=70)
    @given(st.integers(0, len(EXAMPLE_TEXT)), st.integers(0, 12), SCRAPS)
    def answered(start, length, scrap):
        text = EXAMPLE_TEXT[:start] + scrap + EXAMPLE_TEXT[start + length :]
        seen[answer_of(tmp_path / "lines.yaml", text.encode())] += 1

    answered()
    print(dict(seen))
    assert seen["malformed"]
    assert seen["mistakes"]
    assert seen["loaded"]


def test_a_file_with_another_value_somewhere_is_answered(tmp_path):
    seen: Counter[str] = Counter()

    @settings(derandomize=True, deadline=None, max_examples=70)
    @given(st.sampled_from(PLACES), VALUES)
    def answered(steps, value):
        tree = yaml.safe_load(EXAMPLE_TEXT)
        holder = tree
        for step in steps[:-1]:
            holder = holder[step]
        holder[steps[-1]] = value
        seen[answer_of(tmp_path / "lines.yaml", yaml.safe_dump(tree, sort_keys=False).encode())] += 1

    answered()
    print(dict(seen))
    assert seen["mistakes"]
    assert seen["loaded"]
