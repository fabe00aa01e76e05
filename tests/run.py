"""Checks the whole project: sets itself up, runs each step under its heading and ends with a table of them."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from deploy.setup_here import ensure

    ensure("pins-dev.txt")
    from tests.steps import main

    sys.exit(main(sys.argv[1:]))
