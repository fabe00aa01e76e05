"""Going live changes one word of lines.yaml, or adds the few that are missing; all else stays to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from core.domain.lines import Account, AccountId, AccountMode, LineId
from core.settings.mode_edit import CannotEdit, difference, put_in_place, set_live

HEAD = """\
# The fleet, made up. mode: practice stands in this comment and stays.
defaults:
  accounts:
    local: {mode: live}
    x: {mode: practice}    # change line by line
    mastodon: {languages: [en]}
lines:
"""
FLOW = '  Green: {name: Green Line, routes: [GB], colour: "#00704A", handle: ExampleGreen}  # a flow mapping\n'
BLOCK = """\
  Red:
    # its own words
    name: Red Line
    accounts:
      x: {thread: numbered}
  Blue:
    name: Blue Line
    accounts:
      mastodon: {handle: Blue}
      x:
        mode: practice  # since Monday
        handle: ExampleBlue
"""
FLEET = HEAD + FLOW + BLOCK


def account(line: str, channel: str = "x") -> Account:
    handle = f"Example{line}"
    mode = AccountMode.PRACTICE
    return Account(
        id=AccountId(f"{channel}:{handle}"), channel=channel, handle=handle, line=LineId(line), mode=mode,
        languages=("en",),
    )  # fmt: skip


EVERY = [account(line, channel) for line in ("Green", "Red", "Blue") for channel in ("x", "mastodon")]


def mode_of(text: str, line: str, channel: str = "x") -> str | None:
    tree = yaml.safe_load(text)
    own = (tree["lines"][line].get("accounts") or {}).get(channel, {}).get("mode")
    mode: str | None = own or tree["defaults"]["accounts"].get(channel, {}).get("mode")
    return mode


@pytest.mark.parametrize("line", ["Green", "Red", "Blue"])
def test_one_account_goes_live_and_no_other(line: str) -> None:
    after = set_live(FLEET, [account(line)], EVERY)
    assert {one: mode_of(after, one) for one in ("Green", "Red", "Blue")} == {
        one: "live" if one == line else "practice" for one in ("Green", "Red", "Blue")
    }
    assert len([row for row in difference(FLEET, after, "lines.yaml") if row.startswith("+")]) == 1
    assert [row for row in FLEET.splitlines() if "#" in row and row not in after.splitlines()] in ([], [FLOW.rstrip()],
        ["        mode: practice  # since Monday"])  # fmt: skip


def test_the_comment_of_a_changed_line_stays() -> None:
    assert "mode: live  # since Monday" in set_live(FLEET, [account("Blue")], EVERY)
    assert "handle: ExampleGreen}  # a flow mapping" in set_live(FLEET, [account("Green")], EVERY)


def test_where_all_that_share_it_go_the_shared_word_is_changed() -> None:
    after = set_live(FLEET, [account(line) for line in ("Green", "Red", "Blue")], EVERY)
    assert [mode_of(after, line) for line in ("Green", "Red", "Blue")] == ["live"] * 3
    assert "x: {mode: live}    # change line by line" in after
    assert len([row for row in difference(FLEET, after, "lines.yaml") if row.startswith("+")]) == 2


def test_where_no_mode_is_written_each_line_gets_its_own() -> None:
    after = set_live(FLEET, [account("Green", "mastodon"), account("Blue", "mastodon")], EVERY)
    assert [mode_of(after, line, "mastodon") for line in ("Green", "Red", "Blue")] == ["live", None, "live"]


def test_line_ends_of_another_system_stay() -> None:
    windows = FLEET.replace("\n", "\r\n")
    after = set_live(windows, [account("Red")], EVERY)
    assert mode_of(after, "Red") == "live"
    assert after.count("\n") == after.count("\r\n")


def test_what_a_program_can_not_write_safely_is_told() -> None:
    empty = FLEET.replace("      x: {thread: numbered}\n", "      x: {}\n")
    with pytest.raises(CannotEdit, match=r"write lines: \{Red: .* yourself"):
        set_live(empty, [account("Red")], EVERY)


def test_the_file_as_it_was_stays_beside_it_with_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "lines.yaml"
    path.write_text(FLEET)
    path.chmod(0o640)
    kept = put_in_place(path, FLEET, "changed: yes\n")
    assert (path.read_text(), kept.read_text()) == ("changed: yes\n", FLEET)
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["lines.yaml", "lines.yaml.bak"]


def test_what_somebody_else_changed_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "lines.yaml"
    path.write_text("changed: by another\n")
    with pytest.raises(CannotEdit, match="meanwhile"):
        put_in_place(path, FLEET, "changed: yes\n")
    assert path.read_text() == "changed: by another\n"
