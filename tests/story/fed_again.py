"""A fleet that reads one feed again and again in lives of its own, the first of which die at drawn steps."""

from __future__ import annotations

import random

from tests.story.proof.forker import Forker
from tests.story.proof.life import QUIET, Life
from tests.story.proof.steps import Step

STEPS = (Step.BEFORE_COMMIT, Step.AFTER_COMMIT, Step.READ)
FEEDINGS, LIVES_AT_MOST, KILLED_AT_MOST = 3, 40, 2


def read_until_quiet(
    forker: Forker, config: str, environ: dict[str, str], chance: random.Random, latest: int = 12
) -> int:
    """Lives until one came to its end; the first ones die at a drawn step, the `latest`-th at the latest. How many were
    killed."""
    killed = 0
    for number in range(LIVES_AT_MOST):
        step = chance.choice(STEPS).value if number < KILLED_AT_MOST else None
        life = Life(config, environ, step=step, number=chance.randint(1, latest), lease=2.0, grace=1.0)
        ended = forker.live(life, lambda _pid: None)
        if ended == QUIET:
            return killed
        killed += ended == -9
    raise AssertionError("it never came to rest")
