"""A lock on a thread in a SQLite file: other processes see it, and it ends with the process, however that ends."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hitl_widgets.driver.locks import file_lock

from .processes import Process

SETUP = """
import os, sys, threading
from hitl_widgets.driver.locks import file_lock
"""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "runs.sqlite"
    path.touch()
    yield str(path)
    assert str(path) not in file_lock._open


@pytest.fixture(scope="module")
def _other() -> Iterator[Process]:
    with Process(SETUP) as process:
        yield process


@pytest.fixture
def other(_other: Process, file: str) -> Iterator[Process]:
    _other.run(f"file = {file!r}")
    yield _other
    _other.run("for thread in 'tu': file_lock.unlock(file, thread)")


def beside(file: str) -> Path:
    return Path(f"{file}-hitl")


def test_one_process_at_a_time_works_on_a_thread_and_others_see_it(file: str, other: Process) -> None:
    assert file_lock.lock(file, "t")
    assert not other.evaluate("file_lock.lock(file, 't')")
    assert other.evaluate("file_lock.is_locked(file, 't')")
    assert not file_lock.is_locked(file, "t")
    file_lock.unlock(file, "t")
    assert other.evaluate("file_lock.lock(file, 't')")
    assert file_lock.is_locked(file, "t")
    assert not file_lock.lock(file, "t")


def test_another_thread_of_the_file_is_free_and_stays_locked_when_the_first_is_let_go(
    file: str, other: Process
) -> None:
    assert file_lock.lock(file, "t")
    assert file_lock.lock(file, "u")
    assert not file_lock.is_locked(file, "v")
    file_lock.unlock(file, "t")
    file_lock.unlock(file, "t")
    assert other.evaluate("file_lock.lock(file, 't')")
    assert not other.evaluate("file_lock.lock(file, 'u')")
    assert file_lock.is_locked(file, "t")
    file_lock.unlock(file, "u")
    assert other.evaluate("file_lock.lock(file, 'u')")


def test_to_look_at_a_thread_lets_go_of_no_other(file: str, other: Process) -> None:
    assert file_lock.lock(file, "t")
    for thread in ("t", "u"):
        assert not file_lock.is_locked(file, thread)
    assert not other.evaluate("file_lock.lock(file, 't')")
    file_lock.unlock(file, "t")


def test_a_lock_ends_with_a_process_that_is_killed(file: str) -> None:
    with Process(SETUP) as killed:
        assert killed.evaluate(f"file_lock.lock({file!r}, 't')")
        assert file_lock.is_locked(file, "t")
        killed.kill()
    assert beside(file).exists()
    assert not file_lock.is_locked(file, "t")
    assert file_lock.lock(file, "t")
    file_lock.unlock(file, "t")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_a_forked_process_lets_go_of_nothing_and_holds_nothing(file: str) -> None:
    fork = """
child = os.fork()
if child == 0:
    threading.Event().wait()  # longer than its parent lives
_ = child
"""
    with Process(SETUP) as parent:
        assert parent.evaluate(f"file_lock.lock({file!r}, 't')")
        child = parent.run(fork.format(file=file))
        ended = parent.run(
            f"child = os.fork()\nif child == 0:\n    file_lock.unlock({file!r}, 't')\n"
            f"    others = file_lock.lock({file!r}, 't'), file_lock.lock({file!r}, 'u')\n"
            "    os._exit(0 if others == (False, True) else 1)\n"
            "_ = os.waitpid(child, 0)[1]"
        )
        assert ended == 0
        assert file_lock.is_locked(file, "t")
        assert not file_lock.lock(file, "t")
        parent.kill()
        try:
            os.kill(child, 0)
            assert file_lock.lock(file, "t")
            file_lock.unlock(file, "t")
        finally:
            os.kill(child, 9)


def test_the_file_beside_is_empty_and_goes_with_the_last_who_closes_the_threads_file(file: str, other: Process) -> None:
    assert not file_lock.is_locked(file, "t")
    assert not beside(file).exists()
    assert other.evaluate("file_lock.lock(file, 't')")
    assert file_lock.lock(file, "u")
    assert beside(file).stat().st_size == 0
    file_lock.unlock(file, "u")
    file_lock.tidy(file)
    assert beside(file).exists()
    assert file_lock.is_locked(file, "t")
    other.run("file_lock.unlock(file, 't'); file_lock.tidy(file)")
    assert not beside(file).exists()


def test_a_process_that_ends_by_itself_leaves_no_file(file: str) -> None:
    with Process(SETUP) as process:
        process.run(f"file_lock.lock({file!r}, 't'); file_lock.unlock({file!r}, 't')")
        assert beside(file).exists()
        assert process.leave() == ""
    assert not beside(file).exists()


def test_locks_are_held_by_one_process_while_others_remove_the_file_all_the_time(file: str) -> None:
    work = f"""
held = 0
while held < 200:  # once the other is through, nobody is in the way
    if file_lock.lock({file!r}, "t"):
        fd = os.open({file + ".one"!r}, os.O_CREAT | os.O_EXCL)  # fails if somebody else is here too
        os.close(fd)
        os.unlink({file + ".one"!r})
        held += 1
        file_lock.unlock({file!r}, "t")
    file_lock.tidy({file!r})
_ = held
"""
    with Process(SETUP) as one, Process(SETUP) as other:
        one.begin(work)
        other.begin(work)
        assert one.end() == other.end() == 200


def test_whoever_may_use_the_threads_file_may_use_the_one_beside_it(file: str) -> None:
    Path(file).chmod(0o660)
    before = os.umask(0o077)
    try:
        assert file_lock.lock(file, "t")
    finally:
        os.umask(before)
    assert stat.S_IMODE(beside(file).stat().st_mode) == 0o660
    file_lock.unlock(file, "t")


def test_a_link_of_somebody_else_is_not_followed(file: str, tmp_path: Path) -> None:
    beside(file).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="-hitl"):
        file_lock.lock(file, "t")
    assert not (tmp_path / "elsewhere").exists()
    assert not file_lock.is_locked(file, "t")
    file_lock.unlock(file, "t")


def descriptors(file: str) -> list[str]:
    """What this process has open of a file and of the one beside it; of others somebody may open or close one meanwhile."""
    found: list[str] = []
    for one in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(str(one.readlink()))
    return [name for name in found if name.startswith(file)]


def test_no_descriptor_is_left(file: str, other: Process) -> None:
    before = descriptors(file)
    other.run("file_lock.lock(file, 't')")
    for _ in range(50):
        assert not file_lock.lock(file, "t")
        assert file_lock.is_locked(file, "t")
        assert file_lock.lock(file, "u")
        assert len(descriptors(file)) > len(before)
        file_lock.unlock(file, "u")
    assert descriptors(file) == before


def test_threads_of_a_process_lock_at_the_same_time(file: str, other: Process) -> None:
    wrong: list[str] = []

    def work(name: str) -> None:
        for _ in range(300):
            if not file_lock.lock(file, name):
                wrong.append(name)
            file_lock.unlock(file, name)

    assert file_lock.lock(file, "u")
    threads = [threading.Thread(target=work, args=(f"n{at}",)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert not other.evaluate("file_lock.lock(file, 'u')")
    file_lock.unlock(file, "u")
