"""Two kernels on one thread in a SQLite file: one works, the other says so, runs nothing, and goes on when it can.

`test_two_kernels_postgres.py` has some of these once more, with a server.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import hitl_widgets as hitl

from ..waiting import at_rest
from . import two_kernels as two
from .processes import Process

SETUP = """
import asyncio, os, sys, threading
from pathlib import Path
import hitl_widgets as hitl
from tests.unit import two_kernels as two
two.folder = Path({folder!r})
save = two.folder / "runs.sqlite"
"""


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    """The other kernel, which is first."""
    monkeypatch.setattr(two, "folder", tmp_path)
    with Process(SETUP.format(folder=str(tmp_path))) as process:
        yield process
        two.close_all()


@pytest.fixture
def save(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


def let_go(*names: str) -> None:
    """Let nodes come to the end of their work."""
    for name in names:
        (two.folder / name).touch()


def journal() -> list[str]:
    """The work that nodes have begun, by whichever kernel."""
    path = two.folder / "journal"
    return path.read_text().split() if path.exists() else []


def begins(name: str, times: int = 1) -> None:
    two.until(lambda: journal().count(name) == times, lambda: f"{name} did not begin: {journal()}")


def says_so(session: hitl.Session) -> None:
    two.until(lambda: two.is_told(session), lambda: f"it does not say so: {session} {session.notices}")


WORK = "session = hitl.run(two.chain(), {'log': []}, thread_id='t', save=save)"
ASK = "session = hitl.run(two.{0}(), {{'log': []}}, thread_id='t', save=save); session._run.at_rest.wait(60)"


# ---------------------------------------------------------------- one works, the other is attached


def test_a_thread_that_another_kernel_works_on_is_followed_and_its_node_runs_once(first: Process, save: Path) -> None:
    first.run(WORK)
    begins("works")
    session = hitl.attach(two.chain(), "t", save=save)
    says_so(session)
    assert session.status == "running"
    assert session._display is not None
    nodes = session._display.widget.nodes
    assert {id: node["status"] for id, node in nodes.items()} == {"__start__": "done", "works": "running"}
    let_go("works")
    two.until(lambda: two.keys(session) == ["ask"], lambda: f"it does not ask: {session} {session.notices}")
    # What it asks may be seen a moment before it is at rest.
    two.until(lambda: not two.is_told(session), lambda: f"it goes on saying so: {session} {session.notices}")
    assert session.values["log"] == ["worked"]
    session.answer("x")
    assert session.wait(60)["log"] == ["worked", "x"]
    assert journal() == ["works"]
    first.run("two.until(lambda: two.keys(session) == ['ask'])")


def test_a_kernel_goes_on_when_the_one_at_work_is_killed(first: Process, save: Path) -> None:
    first.run(WORK)
    begins("works")
    session = hitl.attach(two.chain(), "t", save=save)
    says_so(session)
    first.kill()
    begins("works", times=2)  # LangGraph runs from its top what was cut off
    assert not two.is_told(session)
    let_go("works")
    session.answer("x")
    assert session.wait(60)["log"] == ["worked", "x"]


def test_a_cell_that_is_run_in_a_second_kernel_does_not_start_the_thread_over(first: Process, save: Path) -> None:
    first.run(WORK)
    begins("works")
    session = hitl.run(two.chain(), {"log": ["again"]}, thread_id="t", save=save)
    says_so(session)
    let_go("works")
    session.answer("x")
    assert session.wait(60)["log"] == ["worked", "x"]
    assert journal() == ["works"]
    assert "the new input was not used" in two.told(session)


def test_two_kernels_that_begin_the_same_threads_at_once_run_each_node_once(first: Process, save: Path) -> None:
    let_go("works")
    begin = "[hitl.run(two.chain(), {'log': []}, thread_id=str(n), save=save) for n in range(8)]"
    first.begin(f"sessions = {begin}\nfor one in sessions:\n    two.until(lambda: two.keys(one) == ['ask'])")
    sessions = [hitl.run(two.chain(), {"log": []}, thread_id=str(n), save=save) for n in range(8)]
    for session in sessions:
        two.until(lambda session=session: two.keys(session) == ["ask"], lambda: f"not all ask: {sessions}")
    first.end()
    assert journal() == ["works"] * 8
    for session in sessions:
        session.answer("x")
        assert session.wait(60)["log"] == ["worked", "x"]


def test_the_file_by_another_path_is_the_same(first: Process, save: Path, tmp_path: Path) -> None:
    first.run(WORK)
    begins("works")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "other.sqlite").symlink_to(save)
    session = hitl.attach(two.chain(), "t", save=tmp_path / "linked" / "other.sqlite")
    says_so(session)
    let_go("works")
    session.answer("x")
    assert session.wait(60)["log"] == ["worked", "x"]
    assert journal() == ["works"]


def test_another_thread_of_the_file_is_worked_on_meanwhile(first: Process, save: Path) -> None:
    first.run(WORK)
    begins("works")
    session = hitl.run(two.chain(), {"log": []}, thread_id="u", save=save)
    begins("works", times=2)
    assert not two.is_told(session)
    let_go("works")
    session.answer("x")
    assert session.wait(60)["log"] == ["worked", "x"]


def test_two_sessions_of_the_second_kernel_both_say_so_and_one_of_them_goes_on(first: Process, save: Path) -> None:
    first.run(WORK)
    begins("works")
    sessions = [hitl.attach(two.chain(), "t", save=save) for _ in range(2)]
    for session in sessions:
        says_so(session)
    first.kill()
    begins("works", times=2)
    let_go("works")
    for session in sessions:
        two.until(lambda session=session: two.keys(session) == ["ask"], "not both of them ask")
    sessions[0].answer("x")
    for session in sessions:
        assert two.ends(session) == ["worked", "x"]
    assert journal() == ["works"] * 2


def test_workers_that_a_node_has_forked_hold_nothing_after_their_kernel_was_killed(first: Process, save: Path) -> None:
    first.run(
        "def forks(state):\n    global child\n    child = os.fork()\n"
        "    if child == 0:\n        threading.Event().wait()\n    return two.works(state)\n"
        "session = hitl.run(two.chain(forks), {'log': []}, thread_id='t', save=save)"
    )
    begins("works")
    child = first.evaluate("child")
    session = hitl.attach(two.chain(), "t", save=save)
    says_so(session)
    first.kill()
    try:
        begins("works", times=2)
    finally:
        os.kill(child, 9)
    let_go("works")
    session.answer("x")
    assert session.wait(60)["log"] == ["worked", "x"]


# ---------------------------------------------------------------- who waits is told


def test_who_waits_for_it_is_told_why_it_takes_so_long(
    first: Process, save: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first.run(WORK)
    begins("works")
    session = hitl.attach(two.chain(), "t", save=save)
    says_so(session)
    with pytest.raises(TimeoutError, match=r"still running after 0.1 s\. Another kernel is at work on this thread"):
        session.wait(0.1)
    assert capsys.readouterr().err.count("t: Another kernel is at work on this thread.") == 1
    let_go("works")
    session.answer("x")
    session.wait(60)


def test_it_can_be_stopped_and_begun_again_and_the_other_kernel_works_on(first: Process, save: Path) -> None:
    first.run(WORK)
    begins("works")
    session = hitl.attach(two.chain(), "t", save=save)
    says_so(session)
    session.stop()
    assert at_rest(session).status == "stopped"
    assert not two.is_told(session)
    session.retry()
    says_so(session)
    let_go("works")
    session.answer("x")
    assert session.wait(60)["log"] == ["worked", "x"]
    assert journal() == ["works"]
    session.close()


def test_a_fork_of_it_works_at_once(first: Process, save: Path) -> None:
    first.run(WORK)
    begins("works")
    session = hitl.attach(two.chain(), "t", save=save)
    says_so(session)
    again = session.restart()
    begins("works", times=2)
    assert not two.is_told(again)
    let_go("works")
    again.answer("x")
    assert again.wait(60)["log"] == ["worked", "x"]


@pytest.mark.parametrize("whose", ["save", "the user's"])
def test_an_async_graph_is_followed_too(first: Process, save: Path, whose: str) -> None:
    given = "save" if whose == "save" else "saver"
    is_followed(
        first,
        f"""
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
def goes_on(does):
    async def main():
        async with AsyncSqliteSaver.from_conn_string(str(two.folder / "runs.sqlite")) as saver:
            return await does({given})
    return asyncio.run(main())
""",
    )


def is_followed(first: Process, program: str) -> None:
    """The same of an async graph, with what has `goes_on` call a coroutine function with a checkpointer."""
    first.run(
        program + "async def does(save):\n"
        "    session = hitl.run(two.chain(two.works_async), {'log': []}, thread_id='t', save=save)\n"
        "    await hitl.kernel.wait_async(session._run.at_rest.is_set)\n"
        "    assert session.error is None, session.error\n"
    )
    first.begin("goes_on(does)")
    begins("works")
    with Process(SETUP.format(folder=str(two.folder)) + program) as second:
        second.begin(
            "async def does(save):\n"
            "    session = hitl.attach(two.chain(two.works_async), 't', save=save)\n"
            "    await hitl.kernel.wait_async(lambda: two.is_told(session))\n"
            "    (two.folder / 'said').touch()\n"
            "    await session.aanswer('x')\n"
            "    return (await session)['log']\n"
            "_ = goes_on(does)"
        )
        two.until((two.folder / "said").exists, "it does not say so")
        let_go("works")
        first.end()
        assert second.end() == ["worked", "x"]
        assert "Another kernel is at work on this thread" in second.leave()
    assert journal() == ["works"]


def test_what_has_failed_and_was_tried_again_in_the_other_kernel_is_not_run_once_more(
    first: Process, save: Path
) -> None:
    session = at_rest(hitl.run(two.fails(), {"log": []}, thread_id="t", save=save))
    assert session.status == "failed"
    let_go("works", "mended")
    first.run("session = hitl.attach(two.fails(), 't', save=save); session._run.at_rest.wait(60); session.retry()")
    first.run("two.until(lambda: two.keys(session) == ['ask'])")
    session.retry()
    two.until(lambda: two.keys(session) == ["ask"], lambda: f"it does not ask: {session} {session.notices}")
    assert journal() == ["tried", "tried", "works", "asks"]
    session.answer("x")
    assert session.wait(60)["log"] == ["worked", "x"]


def test_another_input_does_not_start_over_what_the_other_kernel_has_begun_since(first: Process, save: Path) -> None:
    let_go("asks")
    session = at_rest(hitl.run(two.one_question(), {"log": []}, thread_id="t", save=save))
    session.answer("x")
    assert session.wait(60)["log"] == ["x"]
    first.run("session = hitl.attach(two.one_question(), 't', save=save); session._run.at_rest.wait(60)")
    first.run("session.follow_up({'log': ['theirs']}); two.until(lambda: session.requests)")
    session.follow_up({"log": ["mine"]})
    at_rest(session)  # what it asks may be seen before
    assert "the new input was not used" in two.told(session)
    session.answer("y")
    assert session.wait(60)["log"] == ["x", "theirs", "y"]


# ---------------------------------------------------------------- questions beside its work


@pytest.mark.parametrize("graph", ["siblings", "deep_siblings"])
@pytest.mark.parametrize("is_killed", [False, True], ids=["it ends", "it is killed"])
def test_a_question_beside_its_work_is_answered_in_the_second_kernel(
    first: Process, save: Path, graph: str, is_killed: bool
) -> None:
    a, b = ("a", "b") if graph == "siblings" else ("outer_a", "outer_b")
    first.run(ASK.format(graph))
    first.run(f"session.answer('for a', to={a!r})")
    begins("a")
    session = hitl.attach(getattr(two, graph)(), "t", save=save)
    says_so(session)
    assert two.keys(session) == [b]
    session.answer("for b")
    assert session.status == "running"
    assert "b" not in journal()
    if is_killed:
        first.kill()
        begins("a", times=2)
    let_go("a")
    begins("b")
    let_go("b")
    assert sorted(two.ends(session)) == ["for a", "for b"]
    assert journal().count("a") == (2 if is_killed else 1)
    assert journal().count("b") == 1
    assert sorted(decision.value for decision in session.decisions) == ["for a", "for b"]


def test_a_question_that_the_other_kernel_answers_meanwhile_goes(first: Process, save: Path) -> None:
    first.run(ASK.format("siblings"))
    first.run("session.answer('for a', to='a')")
    begins("a")
    session = hitl.attach(two.siblings(), "t", save=save)
    says_so(session)
    [pending] = session._run.pending
    first.run("session.answer('for b', to='b')")
    with pytest.raises(hitl.StaleAnswerError, match="answered already, in another session"):
        session._run.driver.run(session._run.answer(pending, lambda control: control.accept("mine"), by="code"))
    two.until(lambda: session.requests == (), "its card stays")
    let_go("a", "b")
    assert sorted(two.ends(session)) == ["for a", "for b"]
    assert sorted(journal()) == ["a", "b"]


def test_of_answers_from_both_kernels_at_once_one_wins_and_its_node_runs_once(first: Process, save: Path) -> None:
    let_go("asks")
    sessions: list[hitl.Session] = []
    for at in range(5):
        first.run(ASK.format("one_question").replace("'t'", f"'t{at}'"))
        sessions.append(at_rest(hitl.attach(two.one_question(), f"t{at}", save=save)))
        first.run("try:\n    two.sessions.append(session)\nexcept AttributeError:\n    two.sessions = [session]")
    first.begin(
        "won = []\nfor at, session in enumerate(two.sessions):\n    try:\n        session.answer('first')\n"
        "    except hitl.StaleAnswerError:\n        continue\n    won.append(at)\n_ = won"
    )
    won: list[int] = []
    for at, session in reversed([*enumerate(sessions)]):
        try:
            session.answer("second")
        except hitl.StaleAnswerError:
            continue
        won.append(at)
    theirs = first.end()
    assert sorted([*won, *theirs]) == [0, 1, 2, 3, 4]
    first.run("for at in won:\n    two.ends(two.sessions[at])")
    for at, session in enumerate(sessions):
        assert two.ends(session) == ["second" if at in won else "first"]
    assert len(journal()) == 5


def test_who_answers_too_late_follows_the_kernel_that_was_first(first: Process, save: Path) -> None:
    first.run(ASK.format("one_question"))
    session = at_rest(hitl.attach(two.one_question(), "t", save=save))
    first.run("session.answer('first')")
    begins("asks")
    with pytest.raises(hitl.StaleAnswerError, match="answered already, in another session"):
        session.answer("second")
    says_so(session)
    assert session.status == "running"
    let_go("asks")
    assert two.ends(session) == ["first"]
    assert not two.is_told(session)
    assert journal() == ["asks"]


def test_who_answers_too_late_is_told_when_the_first_kernel_dies_at_its_work(first: Process, save: Path) -> None:
    first.run(ASK.format("one_question"))
    session = at_rest(hitl.attach(two.one_question(), "t", save=save))
    first.run("session.answer('first')")
    begins("asks")
    with pytest.raises(hitl.StaleAnswerError):
        session.answer("second")
    says_so(session)
    first.kill()
    assert at_rest(session).status == "stopped"
    assert "in the middle of a step. Retry goes on from there." in two.told(session)
    let_go("asks")
    session.retry()
    assert two.ends(session) == ["first"]
    assert journal() == ["asks"] * 2


def test_an_inbox_answers_a_thread_whose_other_question_is_at_work_elsewhere(first: Process, save: Path) -> None:
    first.run(ASK.format("siblings"))
    first.run("session.answer('for a', to='a')")
    begins("a")
    inbox = hitl.inbox(two.siblings(), save=save)
    [outcome] = inbox.answer("for b", to="b")
    assert outcome.error is None
    assert outcome.session is not None
    assert two.is_told(outcome.session)
    let_go("a", "b")
    assert sorted(two.ends(outcome.session)) == ["for a", "for b"]
    assert sorted(journal()) == ["a", "b"]


# ---------------------------------------------------------------- what is left, and where it cannot be told


def test_nothing_is_left_beside_the_file_when_both_have_ended(first: Process, save: Path) -> None:
    let_go("works")
    first.run(WORK + "; session._run.at_rest.wait(60)")
    first.leave()
    session = hitl.attach(two.chain(), "t", save=save)
    session.answer("x")
    session.wait(60)
    assert Path(f"{save}-hitl").exists()
    session.close()
    del session
    two.until(lambda: gc.collect() >= 0 and not Path(f"{save}-hitl").exists(), "it stays")


def test_where_it_cannot_be_told_the_session_works_and_says_so(save: Path) -> None:
    runs: list[int] = []
    Path(f"{save}-hitl").mkdir()
    session = hitl.run(
        two.graphs.chain(two.graphs.Log, {"works": lambda state: runs.append(1), "ask": two.graphs.asks("?")}),
        {"log": []},
        thread_id="t",
        save=save,
    )
    session.answer("x")
    assert session.wait(60)["log"] == ["x"]
    [said] = [one for one in session.notices if "cannot be told here" in one]
    assert "runs.sqlite-hitl" in said
    assert runs == [1]


def test_a_database_in_memory_needs_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    session = hitl.run(two.graphs.chain(two.graphs.Log, {"ask": two.graphs.asks("?")}), {}, save=":memory:")
    session.answer("x")
    assert session.wait(60) == {"log": ["x"]}
    assert list(tmp_path.iterdir()) == []
