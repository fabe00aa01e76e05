"""Long work shows a bar on a terminal and plain lines elsewhere, on standard error, and not too often."""

from __future__ import annotations

import pytest

from core.cli.progress import PLAIN_EVERY_SECONDS, Progress


class Steps:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Steps:
    return Steps()


def test_a_bar_on_a_terminal_is_drawn_over_itself_and_wiped_at_the_end(capsys, clock: Steps):
    with Progress("replaying", 100, terminal=True, seconds=clock) as progress:
        for share in (50, 25):
            clock.at += 1
            progress.add(share)
    out, err = capsys.readouterr()
    assert out == ""
    assert "\n" not in err
    assert "replaying [###############               ]  50%" in err
    assert "75%" in err
    assert err.endswith("75%\r"), "the terminal's own codes are left out where nobody sees them"


def test_plain_lines_elsewhere(capsys, clock: Steps):
    with Progress("replaying", 2_000, terminal=False, seconds=clock) as progress:
        progress.add(500)
        clock.at += PLAIN_EVERY_SECONDS
        progress.add(500)
        progress.add(500)
    assert capsys.readouterr() == ("", "replaying: 1,000 of 2,000 (50%)\n")


def test_without_a_total_it_counts(capsys, clock: Steps):
    with Progress("records", terminal=False, seconds=clock) as progress:
        clock.at += PLAIN_EVERY_SECONDS
        progress.add(12_345)
    assert capsys.readouterr().err == "records: 12,345\n"


@pytest.mark.parametrize("terminal", [True, False])
def test_short_work_and_quiet_work_say_nothing(capsys, clock: Steps, terminal: bool):
    with Progress("records", 10, terminal=terminal, seconds=clock) as progress:
        progress.add(10)
    with Progress("records", 10, quiet=True, terminal=terminal, seconds=clock) as progress:
        clock.at += 100
        progress.add(10)
    assert capsys.readouterr() == ("", "")
