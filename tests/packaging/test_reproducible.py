"""Who builds a release again gets the same files, byte by byte."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

EPOCH = "1700000000"


def build(sources: Path, out: Path, kind: str) -> Path:
    out.mkdir()
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", out, sources],
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        check=True,
        capture_output=True,
    )
    (built,) = out.iterdir()
    return built


@pytest.mark.slow
def test_a_wheel_and_an_sdist_that_are_built_twice_are_the_same_files(sdist: Path, tmp_path: Path) -> None:
    places: list[Path] = []
    for place in ("here", "elsewhere, with a longer name"):
        with tarfile.open(sdist) as archive:
            archive.extractall(tmp_path / place, filter="data")
        (sources,) = (tmp_path / place).iterdir()
        places.append(sources)
    # Another machine, another day, another umask.
    for at, file in enumerate(places[1].rglob("*")):
        os.utime(file, (1_500_000_000 + at, 1_500_000_000 + at))
        file.chmod(0o775 if file.is_dir() else 0o664)
    for kind in ("wheel", "sdist"):
        first, second = (build(sources, tmp_path / f"{kind} {at}", kind) for at, sources in enumerate(places))
        assert first.name == second.name
        assert first.read_bytes() == second.read_bytes(), kind
    with zipfile.ZipFile(next((tmp_path / "wheel 0").iterdir())) as archive:
        assert {item.date_time[:3] for item in archive.infolist()} == {(2023, 11, 14)}
