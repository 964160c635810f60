"""Find a Chromium for the browser tests, or get one; prints where it is.

The one on the PATH; else Debian's package, where apt-get can install it; else Playwright's own download. If there is
none after all that, this fails and says what was tried: the browser tests are never skipped in silence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from debian_package import install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The names that tests/browser looks for, in its order."""


def on_path() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def from_debian() -> str | None:
    return on_path() if install("chromium") else None


def from_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not os.path.exists(path):  # noqa: PTH110
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    return path if os.path.exists(path) else None  # noqa: PTH110


def main() -> int:
    ways: dict[str, Callable[[], str | None]] = {
        f"on the PATH ({', '.join(NAMES)})": on_path,
        "from Debian's packages, with apt-get": from_debian,
        "from Playwright's downloads": from_playwright,
    }
    for way in ways.values():
        if path := way():
            print(path)
            return 0
    print("No Chromium for the browser tests. Not found " + "; nor ".join(ways) + ".", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
