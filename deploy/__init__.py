"""Sets the fleet up on a machine; says in one line when this Python is too old for it."""

import sys

# Here and not further in: the first file to be read, it must parse on any Python to be able to say this.
if sys.version_info < (3, 11):
    sys.exit(
        "This needs Python 3.11 or newer, and this one is %d.%d: start it with a newer one." % sys.version_info[:2]
    )
