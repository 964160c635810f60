"""A real PostgreSQL server, in a folder of its own, for as long as it is needed."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from .locked import locked

SCRIPT = Path(__file__).parents[1] / "scripts" / "postgres.py"
CACHE = Path(__file__).parents[1] / ".cache" / "postgres"
"""Where that may unpack one."""


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Attributes:
        url: of its database, with the checkpointer's tables in it.
    """

    url: str


@contextmanager
def server() -> Iterator[Server]:
    """Start a server, and end it. Where no PostgreSQL can be had, skip, and say what was tried."""
    with locked(CACHE):  # several of pytest's workers may be the first that needs it
        found = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip(found.stderr.strip().splitlines()[-1])
    programs, user = Path(found.stdout.strip()), _user()
    # Not pytest's: the path of a socket may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="hitl-pg-"))
    shutil.chown(folder, user)
    run = [programs / "initdb", "-D", folder / "data", "-U", "hitl", "--auth=trust", "--no-sync", "--encoding=UTF8"]
    subprocess.run(run, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    # Kernels are killed, not the server: what it has committed need not reach a disk.
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off"}
    given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [programs / "postgres", "-D", folder / "data", *given], user=user, cwd=folder, stdout=log, stderr=log
    )
    try:
        url = f"postgresql://hitl@/postgres?host={folder}"
        _set_up(url, process, folder)
        yield Server(url)
    finally:
        process.terminate()  # a smart shutdown would wait for clients that nobody ends
        process.kill() if _still_runs(process) else None
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _still_runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        return True
    return False


def _user() -> str:
    """Who runs it: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _set_up(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    import psycopg
    from langgraph.checkpoint.postgres import PostgresSaver

    deadline = time.monotonic() + 60
    while True:
        try:
            with PostgresSaver.from_conn_string(url) as saver:
                saver.setup()
        except psycopg.OperationalError:
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            process.poll() or _pause(process)
        else:
            return


def _pause(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(0.1)
    except subprocess.TimeoutExpired:
        return
