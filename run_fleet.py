"""Hands the bots to the command line."""

import sys


def start():  # type: () -> int
    """Run the command that the arguments name; the answer is the exit code."""
    from bots.fleet import fleet
    from core.wiring import main

    return main(fleet)


if __name__ == "__main__":
    from deploy.setup_here import ensure

    ensure()
    sys.exit(start())
