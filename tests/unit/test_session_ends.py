"""A session that fails, is stopped, is retried, stands at a breakpoint; and where its thread is kept."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import traceback
import weakref
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.session.start import KEPT_HERE
from hitl_widgets.view.project import error_view

from ..waiting import at_rest, ends
from . import graphs

# ---------------------------------------------------------------- failing, stopping


def test_a_node_that_raises_fails_the_session_with_its_own_traceback() -> None:
    session = hitl.run(graphs.fails_once(), {"log": []})
    session.answer("go")
    with pytest.raises(ValueError, match="on fire") as raised:
        session.wait(60)
    assert session.status == "failed"
    assert session.error is raised.value
    assert "in work" in "".join(traceback.format_exception(raised.value))
    assert session._run.failed_node == "work"
    depth = len(traceback.extract_tb(raised.value.__traceback__))
    with pytest.raises(ValueError, match="on fire") as again:
        session.wait(60)
    assert len(traceback.extract_tb(again.value.__traceback__)) == depth


def test_retry_goes_on_from_the_last_checkpoint_and_asks_nothing_twice() -> None:
    session = hitl.run(graphs.fails_once(), {"log": []})
    session.answer("go")
    with pytest.raises(ValueError, match="on fire"):
        session.wait(60)
    session.retry()
    assert session.wait(60) == {"log": ["go", "worked"]}
    assert session.error is None


def test_an_answer_to_a_session_that_has_failed_is_told_why_nothing_is_asked() -> None:
    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": hitl.ask_node("lag", "Who?")}), {"log": []}))
    with pytest.raises(hitl.StaleAnswerError, match=r"is failed \(HitlError: ask writes 'lag', which is not a key"):
        session.answer("Ada")


def test_so_it_is_where_the_error_cannot_say_what_is_wrong() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def fails(state: Any) -> Any:
        raise MuteError

    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"work": fails}), {"log": []}))
    with pytest.raises(hitl.StaleAnswerError, match="MuteError"):
        session.answer("Ada")


def test_a_thread_whose_question_was_answered_and_that_failed_then_is_not_said_to_wait() -> None:
    def ask_then_fail(state: Any) -> dict[str, Any]:
        return {"log": [int(interrupt("how many?"))]}

    graph = graphs.chain(graphs.Log, {"ask": ask_then_fail}, checkpointer=InMemorySaver())
    session = hitl.run(graph, {"log": []}, thread_id="t")
    session.answer("many")
    with pytest.raises(ValueError, match="many"):
        session.wait(60)
    again = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    assert (
        again._run.told[-1] == "This thread was at work already: it goes on from there, and the new input was not used."
    )


@pytest.mark.parametrize("saver", [lambda: None, InMemorySaver], ids=["none", "a new one in memory"])
def test_a_thread_in_memory_goes_on_with_a_graph_that_was_built_anew(saver: Any) -> None:
    def built(work: Any) -> Any:
        builder = StateGraph(graphs.Log)
        builder.add_node("ask", lambda state: {"log": [interrupt("go?")]})
        builder.add_node("work", work)
        builder.add_edge(START, "ask").add_edge("ask", "work")
        return builder.compile(checkpointer=saver())

    session = hitl.run(built(lambda state: {"log": [1 / 0]}), {"log": []})
    session.answer("go")
    with pytest.raises(ZeroDivisionError):
        session.wait(60)
    again = at_rest(hitl.attach(built(lambda state: {"log": ["worked"]}), session.thread_id))
    assert again.status == "failed"
    assert KEPT_HERE in again._run.notices
    again.retry()
    assert again.wait(60) == {"log": ["go", "worked"]}
    assert [one.value for one in again.decisions] == ["go"]


def test_answers_that_nothing_has_asked_for_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    graph = graphs.chain(graphs.Log, {"one": graphs.asks("1?"), "two": graphs.asks("2?"), "three": graphs.asks("3?")})
    session = hitl.run(graph, {}, unattended={"one": "1", "tow": "2", "three": "3"})
    with pytest.raises(
        hitl.UnansweredError, match=r"Nothing has asked so far for 'tow', 'three', which unattended= has"
    ):
        session.wait(60)


def test_what_failed_in_another_session_is_named_as_it_was_there() -> None:
    saver = InMemorySaver()

    def work(_: Any) -> Any:
        raise ValueError("no such 'order'")

    graph = graphs.chain(graphs.Log, {"work": work}, checkpointer=saver)
    with pytest.raises(ValueError, match="no such"):
        hitl.run(graph, {}, thread_id="t").wait(60)
    session = at_rest(hitl.attach(graph, "t"))
    shown = error_view(session._run, session.error)  # type: ignore[arg-type]
    assert shown == {"type": "ValueError", "message": "no such 'order'", "node": "work", "traceback": ""}
    with pytest.raises(RuntimeError, match="no such 'order'"):
        session.wait(60)


def test_a_saver_that_has_threads_is_the_one_that_is_meant() -> None:
    begun = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("go?")}), {}, thread_id="t"))
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("go?")}, checkpointer=InMemorySaver())
    graph.invoke({}, {"configurable": {"thread_id": "another"}})
    assert at_rest(hitl.attach(graph, "t")).status == "idle"
    assert begun.status == "waiting"


def test_a_saver_in_which_a_thread_was_only_looked_for_has_none() -> None:
    def built(saver: Any) -> Any:
        return graphs.chain(graphs.Log, {"ask": graphs.asks("go?")}, checkpointer=saver)

    begun = at_rest(hitl.run(built(None), {}, thread_id="looked for"))
    graph = built(InMemorySaver())
    assert not graph.get_state({"configurable": {"thread_id": "looked for"}}).values
    again = at_rest(hitl.attach(graph, "looked for"))
    assert [one.id for one in again.requests] == [one.id for one in begun.requests]
    assert KEPT_HERE in again._run.notices


def test_of_sessions_on_a_thread_the_one_that_has_it_is_gone_on_from() -> None:
    def built(saver: Any) -> Any:
        return graphs.chain(graphs.Log, {"ask": graphs.asks("go?")}, checkpointer=saver)

    begun = at_rest(hitl.run(built(None), {}, thread_id="of two"))
    elsewhere = built(InMemorySaver())
    elsewhere.invoke({}, {"configurable": {"thread_id": "another"}})
    nothing = at_rest(hitl.attach(elsewhere, "of two"))
    assert nothing.status == "idle"
    again = at_rest(hitl.attach(built(InMemorySaver()), "of two"))
    assert [one.id for one in again.requests] == [one.id for one in begun.requests]


@pytest.mark.parametrize("name", ["review", "ask"])
def test_a_thread_in_memory_of_another_graph_is_another_one(name: str) -> None:
    nodes = {"ask": graphs.asks("go?"), "send": graphs.asks("sure?")}
    first = at_rest(hitl.run(graphs.chain(graphs.Log, nodes), {}, thread_id=f"not of {name}"))
    other = at_rest(hitl.attach(graphs.chain(graphs.Log, {name: graphs.asks("ok?")}), f"not of {name}"))
    assert (other.status, other.requests, len(first.requests)) == ("idle", (), 1)


def test_a_node_that_fails_after_its_answer_keeps_the_answer() -> None:
    failures = [ValueError("not yet")]

    def ask_then_fail(state: Any) -> dict[str, Any]:
        answer = interrupt("go?")
        if failures:
            raise failures.pop()
        return {"log": [answer]}

    session = hitl.run(graphs.chain(graphs.Log, {"ask": ask_then_fail}), {"log": []})
    session.answer("kept")
    with pytest.raises(ValueError, match="not yet"):
        session.wait(60)
    session.retry()
    assert session.wait(60) == {"log": ["kept"]}
    assert len(session.decisions) == 1


def test_only_a_failed_or_stopped_session_can_be_retried() -> None:
    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {}))
    with pytest.raises(hitl.AnswerError, match="waiting"):
        session.retry()


def test_an_input_that_the_graph_refuses_fails_and_can_be_seen() -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), ["no dict"])
    with pytest.raises(Exception, match="dict"):
        session.wait(60)
    assert session.status == "failed"


def test_stop_takes_effect_at_the_next_step_and_retry_goes_on() -> None:
    reached, gate, ran = threading.Event(), threading.Event(), list[str]()

    def first(state: Any) -> dict[str, Any]:
        reached.set()
        gate.wait(60)
        return {"log": ["first"]}

    def second(state: Any) -> dict[str, Any]:
        ran.append("second")
        return {"log": ["second"]}

    session = hitl.run(graphs.chain(graphs.Log, {"first": first, "second": second}), {"log": []})
    assert reached.wait(60)
    session.stop()
    gate.set()
    at_rest(session)
    assert (session.status, ran) == ("stopped", [])
    with pytest.raises(hitl.SessionStoppedError, match="retry"):
        session.wait(60)
    session.retry()
    assert session.wait(60) == {"log": ["first", "second"]}


def test_stop_while_waiting_is_at_once_and_the_thread_can_be_attached_again() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")}, checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    session.stop()
    assert session.status == "stopped"
    again = at_rest(hitl.attach(graph, "t"))
    assert [request.key for request in again.requests] == ["ask"]
    again.answer("later")
    assert again.wait(60) == {"log": ["later"]}


def test_a_static_breakpoint_is_a_request_to_go_on() -> None:
    graph = graphs.chain(
        graphs.Log,
        {"first": lambda state: {"log": [1]}, "second": lambda state: {"log": [2]}},
        interrupt_before=["second"],
    )
    session = at_rest(hitl.run(graph, {"log": []}))
    (request,) = session.requests
    assert (request.kind, request.node) == ("breakpoint", "second")
    session.answer(True)
    assert session.wait(60) == {"log": [1, 2]}


# ---------------------------------------------------------------- saving


def test_without_a_checkpointer_the_session_says_that_answers_wont_survive() -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {})
    assert any("won't survive the kernel" in notice for notice in session._run.notices)


def test_save_keeps_the_thread_in_a_file(tmp_path: Any) -> None:
    graph = graphs.three_questions()
    session = hitl.run(graph, {"request": "r"}, thread_id="t", save=tmp_path / "runs.sqlite")
    session.answer(True)
    at_rest(session)
    assert session._run.notices == []
    again = at_rest(hitl.attach(graph, "t", save=tmp_path / "runs.sqlite"))
    assert [request.key for request in again.requests] == ["address"]
    again.answer("there")
    again.answer(1)
    assert again.wait(60)["approved"] is True


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Any) -> None:
    with pytest.raises(hitl.HitlError, match=r"no-such-folder.*cannot be opened"):
        hitl.run(graphs.three_questions(), {}, save=tmp_path / "no-such-folder" / "runs.sqlite")
    with pytest.raises(hitl.HitlError, match=r"a\\x00b.*cannot be opened"):
        hitl.run(graphs.three_questions(), {}, save="a\x00b")


def test_the_connection_of_save_is_closed_with_its_session(tmp_path: Any) -> None:
    session = hitl.run(graphs.three_questions(), {"request": "r"}, save=tmp_path / "runs.sqlite")
    at_rest(session)
    connection = session._run.driver.checkpointer.conn  # type: ignore[attr-defined]
    connection.execute("select 1")
    run = weakref.ref(session._run)
    del session
    assert ends(lambda: run() is None)

    def is_closed() -> bool:
        try:
            connection.execute("select 1")
        except sqlite3.ProgrammingError as error:
            return "closed" in str(error)
        return False

    # A moment later, where the garbage is collected in another thread.
    assert ends(is_closed)


def test_what_is_not_a_compiled_graph_is_refused_with_the_way_out() -> None:
    from langgraph.graph import StateGraph

    with pytest.raises(TypeError, match="compile"):
        hitl.run(StateGraph(graphs.Log), {})
    with pytest.raises(TypeError, match="path or a checkpointer"):
        hitl.run(graphs.three_questions(), {}, save=3)  # type: ignore[arg-type]
    # What the page says to go on with, copied as it is.
    with pytest.raises(TypeError, match="has the dots"):
        hitl.attach(graphs.three_questions(), "t", save=...)  # type: ignore[arg-type]


@pytest.mark.parametrize("does", ["run", "attach", "inbox", "async"])
def test_a_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path: Any, does: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("To do: nothing. " * 1_000)
    graph = graphs.three_questions()

    async def run_async() -> None:
        async def asks(state: Any) -> Any:
            return {"log": [hitl.ask("Who?")]}

        hitl.run(graphs.chain(graphs.Log, {"ask": asks}), {}, save=file)

    opens: dict[str, Any] = {
        "run": lambda: hitl.run(graph, {}, save=file),
        "attach": lambda: hitl.attach(graph, "t", save=str(file)),
        "inbox": lambda: hitl.inbox(graph, save=file),
        "async": lambda: asyncio.run(run_async()),
    }
    with pytest.raises(hitl.HitlError, match=r"notes\.txt.*not a database. Save to another path"):
        opens[does]()
    assert file.read_text().startswith("To do: nothing.")
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]


def test_whoever_has_compiled_a_checkpointer_in_memory_is_not_told_to_compile_one() -> None:
    session = at_rest(hitl.run(graphs.three_questions(checkpointer=InMemorySaver()), {}))
    assert not any("compile" in notice for notice in session.notices)
    assert any("a checkpointer with a database" in notice for notice in session.notices)


@pytest.mark.parametrize("save", ["", ":memory:"])
def test_what_is_saved_to_no_file_is_said_to_end_with_the_kernel(save: str) -> None:
    session = at_rest(hitl.run(graphs.three_questions(), {}, save=save))
    assert any("won't survive" in notice for notice in session.notices)
    assert session._run.attach is None
    session.close()


def test_a_file_that_others_have_locked_is_taken_all_the_same(tmp_path: Any) -> None:
    file = tmp_path / "runs.sqlite"
    at_rest(hitl.run(graphs.three_questions(), {}, thread_id="t", save=file)).close()
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        session = hitl.attach(graphs.three_questions(), "t", save=file)
        other.rollback()
    assert [request.key for request in at_rest(session).requests] == ["approved"]
    session.close()


def test_once_it_has_gone_on_nothing_is_held_of_what_had_failed_it() -> None:
    class Large:
        pass

    held: list[weakref.ref[Large]] = []

    def fails_once(_: Any) -> dict[str, Any]:
        large = Large()
        held.append(weakref.ref(large))
        if len(held) == 1:
            raise ValueError("no")
        return {"log": ["done"]}

    session = hitl.run(graphs.chain(graphs.Log, {"work": fails_once}), {"log": []})
    with pytest.raises(ValueError, match="no"):
        session.wait(60)
    session.retry()
    assert session.wait(60) == {"log": ["done"]}
    assert ends(lambda: held[0]() is None)
