"""The packages of the environment that runs the tests, made known to another Python's."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path


def our_site_packages() -> list[str]:
    return list(dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib")))


def add_ours(python: Path) -> None:
    """Let an environment find them after its own, which go before ours.

    `addsitedir` follows our environment's .pth files too, among them the one of our editable install.
    """
    add = "; ".join(f"site.addsitedir({path!r})" for path in our_site_packages())
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    (Path(own) / "zz_tests.pth").write_text(f"import site; {add}\n")
