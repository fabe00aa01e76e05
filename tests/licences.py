"""Fails when a package that the pins name has a licence that would bind our users, or one nobody can tell."""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distribution
from typing import TYPE_CHECKING, cast

from deploy.setup_here import ROOT, pinned

if TYPE_CHECKING:
    from email.message import Message

# What may be used beside Apache-2.0 code: permissive ones, MPL (file by file) and LGPL (a library used unchanged).
ALLOWED = {
    *("0BSD", "Apache License 2.0", "Apache Software License", "Apache-2.0", "BSD License", "BSD-2-Clause"),
    *("BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "HPND", "ISC", "ISC License", "LGPL-2.1-only", "LGPL-2.1-or-later"),
    *("LGPL-3.0-only", "LGPL-3.0-or-later", "GNU Lesser General Public License v3", "MIT", "MIT License", "MIT-0"),
    *("MIT-CMU", "MPL-2.0", "Mozilla Public License 2.0", "OFL-1.1", "PostgreSQL", "PSF-2.0", "Python-2.0"),
    *("3-Clause BSD License", "Python Software Foundation License", "The Unlicense", "Unlicense", "Zlib"),
}

# Read by hand, as the package's own words don't settle it: name → (what it declares, why it may be used, when read).
READ_BY_HAND = {
    "regex": ("Apache-2.0 AND CNRI-Python", "CNRI's part is permissive: keep its notice", "2026-11-21"),
}
MIT_BY_ITS_TEXT = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"


def main() -> int:
    """Check every pinned package that is installed here; 0 if each one may be used."""
    names = sorted(name for name, _ in pinned(ROOT / "pins-dev.txt"))
    faults = [fault for name in names if (fault := fault_of(distribution(name)))]
    for fault in faults:
        print(fault)
    stale = sorted(set(READ_BY_HAND) - set(names))
    for name in stale:
        print(f"{name}: stands in the table read by hand and is no longer pinned")
    print(f"{len(names)} packages, {len(names) - len(faults)} with a licence that binds nobody")
    return 1 if faults or stale else 0


def fault_of(package: Distribution) -> str | None:
    """None if the package may be used; else its name and what it declares."""
    name, said = package.metadata["Name"], declared(cast("Message", package.metadata))
    by_hand = READ_BY_HAND.get(name.lower())
    if may_be_used(said) or (by_hand and by_hand[0] == said):
        return None
    return f"{name} {package.version}: {said or 'declares no licence'}"


def declared(metadata: Message) -> str:
    """What a package says of its licence, as one expression: the SPDX field, else classifiers, else free text."""
    if metadata.get("License-Expression"):
        return str(metadata["License-Expression"])
    classifiers = [line.split(" :: ") for line in metadata.get_all("Classifier", []) if "License ::" in line]
    named = [re.sub(r" \([\w .+]+\)$", "", parts[-1]) for parts in classifiers if parts[-1] != "OSI Approved"]
    text = str(metadata.get("License", "")).strip()
    return " AND ".join(named) or ("MIT" if MIT_BY_ITS_TEXT in text else text.partition("\n")[0])


def may_be_used(expression: str) -> bool:
    """Of plain alternatives (A OR B) one must be allowed; where an AND stands, every part must be."""
    parts = [part.strip("() ") for part in re.split(r"\s(?:AND|OR)\s", expression)]
    return (all if " AND " in expression else any)(part in ALLOWED for part in parts)


if __name__ == "__main__":
    sys.exit(main())
