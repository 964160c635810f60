"""`hitl.inbox`: which threads wait, what they ask, and one answer for several of them."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, TypedDict

import aiosqlite
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Command, interrupt

import hitl_widgets as hitl
from hitl_widgets.driver.thread import called_in_a_thread
from hitl_widgets.inbox import bulk
from hitl_widgets.inbox.bulk import Checked, send
from hitl_widgets.inbox.listed import Listed
from hitl_widgets.inbox.sqlite import Sqlite
from hitl_widgets.running import driving

from ..waiting import PATIENCE, at_rest, until
from ..written import write_answer
from . import graphs


class Refund(TypedDict, total=False):
    order: int
    approved: bool
    days: int


def approve(state: Any) -> dict[str, Any]:
    return {"approved": interrupt({"question": f"Refund order {state['order']}?", "type": "refund"})}


ask_days = hitl.ask_node("days", "In how many days?", ge=0)


def refunds(**options: Any) -> Any:
    return graphs.chain(Refund, {"approve": approve, "ask_days": ask_days}, **options)


def at(thread_id: str) -> Any:
    return {"configurable": {"thread_id": thread_id}}


def begin(graph: Any, count: int, start: int = 0) -> None:
    for order in range(start, start + count):
        graph.invoke({"order": order}, at(f"order {order}"))


@pytest.fixture(params=["memory", "sqlite file", "sqlite in memory"])
def saver(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    match request.param:
        case "memory":
            yield InMemorySaver()
        case "sqlite file":
            with SqliteSaver.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
                yield saver
        case _:
            with SqliteSaver.from_conn_string(":memory:") as saver:
                yield saver


def names(inbox: Any) -> list[str]:
    return [thread.thread_id for thread in inbox]


# ---------------------------------------------------------------------- which threads wait


def test_the_waiting_threads_are_listed_newest_first_with_what_they_ask(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 3)
    inbox = hitl.inbox(graph)
    assert names(inbox) == ["order 2", "order 1", "order 0"]
    assert len(inbox) == 3
    first = inbox[0]
    assert (first.questions, first.nodes) == (("Refund order 2?",), ("approve",))
    assert first.since.isoformat() == graph.get_state(at("order 2")).created_at
    assert [thread.thread_id for thread in inbox[1:]] == ["order 1", "order 0"]
    assert inbox[-1].thread_id == "order 0"
    with pytest.raises(IndexError, match="There is no thread 3: 3 wait"):
        inbox[3]


def test_a_thread_that_has_finished_or_failed_does_not_wait(saver: Any) -> None:
    graph = graphs.fails_once(checkpointer=saver)
    graph.invoke({"log": []}, at("waits"))
    for name in ("failed", "finished"):
        graph.invoke({"log": []}, at(name))
    with pytest.raises(ValueError, match="printer"):
        graph.invoke(Command(resume="yes"), at("failed"))
    graph.invoke(Command(resume="yes"), at("finished"))
    assert names(hitl.inbox(graph)) == ["waits"]


def test_a_thread_whose_answer_its_node_has_not_taken_waits_for_nobody(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 2)
    session = hitl.attach(graph, "order 0")
    session._run.at_rest.wait(60)
    driver, pending = session._run.driver, session._run.pending[0]
    driver.run(write_answer(driver, pending.asked.address, True))
    assert names(hitl.inbox(graph)) == ["order 1"]


def test_parallel_questions_are_one_thread_which_asks_what_is_still_open(saver: Any) -> None:
    graph = graphs.parallel(checkpointer=saver)
    graph.invoke({"log": []}, at("t"))
    inbox = hitl.inbox(graph)
    assert sorted(inbox[0].nodes) == ["once", "twice", "typed"]
    asked = {request.node: request.id for request in inbox[0].requests}
    graph.invoke(Command(resume={asked["once"]: "yes", asked["twice"]: "1"}), at("t"))
    inbox.refresh()
    assert sorted(inbox[0].questions) == ["how much?", "second"]


def test_a_nested_question_is_named_by_its_path_and_goes_when_it_is_answered(saver: Any) -> None:
    graph = graphs.nested(checkpointer=saver)
    graph.invoke({"log": []}, at("t"))
    inbox = hitl.inbox(graph)
    assert inbox[0].nodes == ("outer/inner/ask",)
    session = hitl.attach(graph, "t")
    session._run.at_rest.wait(60)
    driver, pending = session._run.driver, session._run.pending[0]
    driver.run(write_answer(driver, pending.asked.address, "yes"))
    inbox.refresh()
    assert names(inbox) == []


def test_a_thread_at_a_breakpoint_waits_and_one_that_was_cut_off_does_not(saver: Any) -> None:
    nodes = {name: lambda state, name=name: {"log": [name]} for name in ("one", "two")}
    plain = graphs.chain(graphs.Log, nodes, checkpointer=saver)
    stops = graphs.chain(graphs.Log, nodes, checkpointer=saver, interrupt_before=["two"])
    stops.invoke({"log": []}, at("stands"))
    plain.invoke({"log": []}, at("finished"))
    [thread] = hitl.inbox(stops)
    assert (thread.thread_id, thread.questions, thread.kinds) == ("stands", ("Stands before two",), ("breakpoint",))
    assert names(hitl.inbox(plain)) == []
    [outcome] = hitl.inbox(stops).answer(True)
    assert outcome.text == "answered, finished"
    assert stops.get_state(at("stands")).values["log"] == ["one", "two"]


def test_a_nested_graph_at_its_breakpoint_waits(saver: Any) -> None:
    inner = graphs.chain(graphs.Log, {"a": lambda state: {}, "b": lambda state: {}}, interrupt_before=["b"])
    graph = graphs.chain(graphs.Log, {"sub": inner}, checkpointer=saver)
    graph.invoke({"log": []}, at("t"))
    assert [thread.nodes for thread in hitl.inbox(graph)] == [("sub/b",)]


def test_threads_of_other_graphs_are_counted_and_not_shown(saver: Any) -> None:
    graph, other = refunds(checkpointer=saver), graphs.three_questions(checkpointer=saver)
    begin(graph, 2)
    other.invoke({"request": "r"}, at("another graph"))
    # Another graph that has a node of the same name, and another state.
    alike = graphs.chain(graphs.Log, {"approve": graphs.asks("Approve?")}, checkpointer=saver)
    alike.invoke({"log": []}, at("alike"))
    inbox = hitl.inbox(graph)
    assert names(inbox) == ["order 1", "order 0"]
    assert inbox.others == 2
    assert names(hitl.inbox(other)) == ["another graph"]
    assert names(hitl.inbox(alike)) == ["alike"]


def test_a_thread_that_cannot_be_read_hides_no_other(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 2)
    # The node asks for a key that the state does not have any more.
    lost = graphs.chain(Refund, {"approve": approve, "ask_days": hitl.ask_node("gone", "Gone?")}, checkpointer=saver)
    lost.invoke({"order": 1}, at("lost"))
    lost.invoke(Command(resume=True), at("lost"))
    inbox = hitl.inbox(lost)
    assert names(inbox) == ["order 1", "order 0"]
    assert list(inbox.unread) == ["lost"]
    assert "1 could not be read: inbox.unread says why" in repr(inbox)
    assert "1 could not be read" in inbox._repr_html_()
    assert "not a key of the graph's state" in inbox.unread["lost"]


def test_an_empty_file_has_no_threads(tmp_path: Path) -> None:
    inbox = hitl.inbox(refunds(), save=tmp_path / "runs.sqlite")
    assert len(inbox) == 0
    assert repr(inbox) == "<hitl.Inbox of LangGraph: no thread waits>"
    assert "No thread" in inbox._repr_html_()


def test_a_graph_without_a_checkpointer_is_refused_with_the_way_out() -> None:
    with pytest.raises(ValueError, match=r'hitl.inbox\(graph, save="runs.sqlite"\)'):
        hitl.inbox(refunds())


def test_a_file_is_only_read_and_by_a_query(tmp_path: Path) -> None:
    path = tmp_path / "it's 100%.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = refunds(checkpointer=saver)
        begin(graph, 2)
        before = saver.conn.total_changes
        inbox = hitl.inbox(graph)
        assert len(inbox) == 2
        assert isinstance(inbox._listing.source, Sqlite)
        assert saver.conn.total_changes == before
        with pytest.raises(Exception, match="readonly"):
            inbox._listing.source._query([("DELETE FROM writes", ())])


def test_a_checkpointer_with_its_own_way_to_list_is_asked_itself(tmp_path: Path) -> None:
    class Mine(SqliteSaver):
        """Shows the threads of one tenant."""

        def list(self, *args: Any, **options: Any) -> Any:
            return (one for one in super().list(*args, **options) if "1" in one.config["configurable"]["thread_id"])

    with Mine.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
        graph = refunds(checkpointer=saver)
        begin(graph, 2)
        inbox = hitl.inbox(graph)
        assert names(inbox) == ["order 1"]
        assert isinstance(inbox._listing.source, Listed)


# ---------------------------------------------------------------------- finding


def test_threads_are_found_by_text_node_kind_and_age(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 12)
    graph.invoke(Command(resume=True), at("order 3"))
    inbox = hitl.inbox(graph)
    assert names(inbox.filter("ORDER 11")) == ["order 11"]
    assert names(inbox.filter(node="ask_days")) == ["order 3"]
    assert names(inbox.filter(kind="number")) == ["order 3"]
    assert len(inbox.filter("order", node="approve")) == 11
    assert len(inbox.filter(older=timedelta(hours=1))) == 0
    assert len(inbox.filter(newer=timedelta(hours=1))) == 12
    assert [thread.thread_id for thread in inbox.filter(node="approve")[2:4]] == ["order 9", "order 8"]


def test_threads_are_sorted(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 3)
    graph.invoke(Command(resume=True), at("order 0"))
    inbox = hitl.inbox(graph)
    assert names(inbox) == ["order 0", "order 2", "order 1"]
    assert names(inbox.sort(descending=False)) == ["order 1", "order 2", "order 0"]
    assert [thread.nodes[0] for thread in inbox.sort("node")] == ["approve", "approve", "ask_days"]
    assert names(inbox.sort("thread", descending=True)) == ["order 2", "order 1", "order 0"]
    assert names(inbox.sort("question"))[0] == "order 0"
    with pytest.raises(ValueError, match="cannot be sorted by 'colour': it can by 'since', 'node'"):
        inbox.sort("colour")  # type: ignore[arg-type]


def test_a_page_of_many_threads_reads_only_those(saver: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 30)
    inbox = hitl.inbox(graph)
    read: list[Any] = []
    before = type(graph).get_state

    def get_state(self: Any, config: Any, **options: Any) -> Any:
        if self.checkpointer is saver:  # not where others of this process look
            read.append(config)
        return before(self, config, **options)

    monkeypatch.setattr(type(graph), "get_state", get_state)
    assert [thread.thread_id for thread in inbox[10:13]] == ["order 19", "order 18", "order 17"]
    assert len(inbox) == 30
    assert len(read) == 3


# ---------------------------------------------------------------------- opening and answering


def test_what_was_decided_on_a_thread_is_there_as_soon_as_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graphs.three_questions(checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    session.answer(True)
    at_rest(session).close()
    may_read, read = threading.Event(), driving.read_thread

    async def later(run: Any) -> Any:
        assert may_read.wait(PATIENCE)  # its own thread: this graph has no loop
        return await read(run)

    monkeypatch.setattr(driving, "read_thread", later)
    opened = hitl.inbox(graph).open("t")
    assert [decision.value for decision in opened.decisions] == [True]
    may_read.set()
    assert [decision.value for decision in at_rest(opened).decisions] == [True]


def test_a_thread_is_opened_as_a_session_and_only_once(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 2)
    inbox = hitl.inbox(graph)
    session = inbox.open("order 1")
    assert inbox.open(inbox[0]) is session
    session.answer(True)
    session.answer(3)
    assert session.wait(60)["days"] == 3
    inbox.refresh()
    assert names(inbox) == ["order 0"]


def test_those_that_ask_the_same_are_answered_in_one_go(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 20)
    outcomes = hitl.inbox(graph).answer(True)
    assert [one.thread_id for one in outcomes] == [f"order {order}" for order in reversed(range(20))]
    assert {one.text for one in outcomes} == {"answered, waiting"}
    assert all(graph.get_state(at(f"order {order}")).values["approved"] is True for order in range(20))
    inbox = hitl.inbox(graph)
    assert {thread.nodes for thread in inbox} == {("ask_days",)}
    assert inbox.answer(4, threads=["order 3"])[0].session.wait(60)["days"] == 4  # type: ignore[union-attr]
    assert len(inbox) == 19


def test_an_answer_that_does_not_fit_is_sent_to_nobody_and_each_is_named(saver: Any) -> None:
    graph = graphs.chain(Refund, {"ask_days": ask_days, "approve": approve}, checkpointer=saver)
    begin(graph, 3)
    graph.invoke(Command(resume=1), at("order 0"))
    inbox = hitl.inbox(graph)
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        inbox.answer(-1, threads=["order 0", "order 1", "order 2"])
    assert list(refused.value.fields) == ["order 1", "order 2"]
    assert "order 1: " in str(refused.value)
    inbox.refresh()
    assert names(inbox) == ["order 0", "order 2", "order 1"]
    assert graph.get_state(at("order 0")).values["days"] == 1


def test_different_questions_are_not_answered_together_unless_they_are_named(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 3)
    graph.invoke(Command(resume=True), at("order 0"))
    inbox = hitl.inbox(graph)
    with pytest.raises(hitl.AmbiguousAnswerError, match=r"2 × approve: Refund order 2\?") as error:
        inbox.answer(True)
    assert "1 × ask_days: In how many days?" in str(error.value)
    assert [one.status for one in inbox.filter(node="approve").answer(True)] == ["answered", "answered"]


def test_a_thread_that_asks_several_things_needs_to_be_told_which(saver: Any) -> None:
    graph = graphs.parallel(checkpointer=saver)
    for name in ("a", "b"):
        graph.invoke({"log": []}, at(name))
    inbox = hitl.inbox(graph)
    with pytest.raises(hitl.AmbiguousAnswerError, match="to="):
        inbox.answer("yes")
    assert [one.status for one in inbox.answer("yes", to="once")] == ["answered", "answered"]
    assert all("once" not in thread.nodes for thread in inbox)


def test_one_that_was_answered_elsewhere_is_refused_by_itself(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 3)
    inbox = hitl.inbox(graph)
    assert len(inbox) == 3
    graph.invoke(Command(resume=True), at("order 1"))
    graph.invoke(Command(resume=5), at("order 1"))
    outcomes = inbox.answer(False, threads=["order 0", "order 1", "order 2"])
    assert [one.status for one in outcomes] == ["answered", "refused", "answered"]
    assert isinstance(outcomes[1].error, hitl.StaleAnswerError)
    assert "answered elsewhere" in outcomes[1].text
    assert graph.get_state(at("order 1")).values["approved"] is True
    assert [one.thread_id for one in outcomes.refused] == ["order 1"]


def test_one_that_others_have_gone_on_with_is_answered_once_it_is_listed_again(saver: Any) -> None:
    graph = graphs.chain(Refund, {"approve": approve, "ask_days": ask_days, "again": approve}, checkpointer=saver)
    begin(graph, 1)
    inbox = hitl.inbox(graph)
    assert [one.text for one in inbox.answer(True)] == ["answered, waiting"]
    graph.invoke(Command(resume=3), at("order 0"))
    inbox.refresh()
    assert inbox[0].nodes == ("again",)
    assert [one.text for one in inbox.answer(False)] == ["answered, finished"]


def test_a_node_that_fails_after_its_answer_is_told_with_the_thread(saver: Any) -> None:
    def fails(state: Any) -> dict[str, Any]:
        raise ValueError("the printer is on fire")

    graph = graphs.chain(Refund, {"approve": approve, "print": fails}, checkpointer=saver)
    begin(graph, 2)
    outcomes = hitl.inbox(graph).answer(True)
    assert {one.text for one in outcomes} == {"answered, failed"}


# ---------------------------------------------------------------------- async


def test_an_async_checkpointer_is_awaited_and_answered(tmp_path: Path) -> None:
    async def main() -> None:
        async with aiosqlite.connect(tmp_path / "runs.sqlite") as connection:
            graph = refunds(checkpointer=AsyncSqliteSaver(connection))
            for order in range(3):
                await graph.ainvoke({"order": order}, at(f"order {order}"))
            inbox = hitl.inbox(graph)
            with pytest.raises(hitl.CannotWaitError, match="await inbox"):
                len(inbox)
            assert repr(inbox) == "<hitl.Inbox of LangGraph>"
            assert await inbox is inbox
            assert isinstance(inbox._listing.source, Sqlite)
            assert names(inbox) == ["order 2", "order 1", "order 0"]
            assert names(inbox.filter("order 1")) == ["order 1"]
            with pytest.raises(hitl.CannotWaitError, match=r"await inbox.aanswer"):
                inbox.answer(True)
            outcomes = await inbox.aanswer(True, threads=["order 0", "order 2"])
            assert {one.text for one in outcomes} == {"answered, waiting"}
            assert [thread.nodes for thread in inbox.filter("order 1")] == [("approve",)]
            assert len(inbox.filter(node="ask_days")) == 2

    asyncio.run(main())


def test_async_nodes_with_a_saver_in_memory() -> None:
    async def main() -> None:
        async def slow(state: Any) -> dict[str, Any]:
            await asyncio.sleep(0)
            return {}

        graph = graphs.chain(Refund, {"slow": slow, "approve": approve}, checkpointer=InMemorySaver())
        for order in range(3):
            await graph.ainvoke({"order": order}, at(f"order {order}"))
        inbox = await hitl.inbox(graph)
        assert len(inbox) == 3
        assert {one.text for one in await inbox.aanswer(True)} == {"answered, finished"}
        assert len(inbox) == 0

    asyncio.run(main())


def test_async_nodes_without_a_loop(tmp_path: Path) -> None:
    async def slow(state: Any) -> dict[str, Any]:
        return {}

    graph = graphs.chain(Refund, {"slow": slow, "approve": approve}, checkpointer=InMemorySaver())
    asyncio.run(graph.ainvoke({"order": 1}, at("order 1")))
    inbox = hitl.inbox(graph)
    assert names(inbox) == ["order 1"]
    assert [one.text for one in inbox.answer(True)] == ["answered, finished"]


# ---------------------------------------------------------------------- showing


def test_where_nothing_waits_nothing_is_answered_and_it_says_so(saver: Any) -> None:
    outcomes = hitl.inbox(refunds(checkpointer=saver)).answer(True)
    assert (repr(outcomes), outcomes._repr_html_()) == ("nothing was answered", "<p>Nothing was answered.</p>")


def test_its_text_has_no_ids_and_no_times_and_counts_what_is_the_same(saver: Any) -> None:
    graph = graphs.three_questions(checkpointer=saver)
    for _ in range(3):
        hitl.run(graph, {"request": "r"})._run.at_rest.wait(60)
    inbox = hitl.inbox(graph)
    assert repr(inbox) == "<hitl.Inbox of LangGraph: 3 threads wait>\n3 × ask_approval: Do you approve it?"
    html = inbox._repr_html_()
    assert html.count("Do you approve it?") == 3
    assert not any(thread.thread_id in html for thread in inbox)


def test_of_tool_calls_it_is_listed_which_tools_wait(saver: Any) -> None:
    def ask(state: Any) -> dict[str, Any]:
        names = ["wire"] if state["amount"] else ["wire", "mail"]
        return {
            "log": [
                interrupt(
                    {
                        "action_requests": [{"name": name, "args": {"to": "Ada"}} for name in names],
                        "review_configs": [{"action_name": name, "allowed_decisions": ["approve"]} for name in names],
                    }
                )
            ]
        }

    graph = graphs.chain(graphs.Log, {"call_tools": ask}, checkpointer=saver)
    for number in range(2):
        graph.invoke({"log": [], "amount": number}, at(f"t{number}"))
    inbox = hitl.inbox(graph)
    assert {thread.questions for thread in inbox} == {("Run wire?",), ("Review 2 actions: wire, mail",)}
    assert [thread.thread_id for thread in inbox.filter("run wire")] == ["t1"]


def test_what_a_question_says_is_text_in_the_static_table(saver: Any) -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("<img src=x onerror=alert(1)>")}, checkpointer=saver)
    graph.invoke({"log": []}, at("t"))
    html = hitl.inbox(graph)._repr_html_()
    assert "<img" not in html
    assert "&lt;img" in html


def test_it_is_a_frame_with_a_row_a_question(saver: Any) -> None:
    graph = graphs.parallel(checkpointer=saver)
    graph.invoke({"log": []}, at("t"))
    frame = hitl.inbox(graph).to_frame()
    assert list(frame.columns) == ["thread_id", "since", "node", "kind", "question"]
    assert sorted(frame["node"]) == ["once", "twice", "typed"]
    outcomes = hitl.inbox(graph).answer("yes", to="once")
    assert list(outcomes.to_frame()["status"]) == ["answered"]


def test_threads_are_named_by_numbers_as_langgraph_has_them() -> None:
    graph = refunds(checkpointer=InMemorySaver())
    for number in (7, 8, 9):
        graph.invoke({"order": number}, {"configurable": {"thread_id": number}})
    inbox = hitl.inbox(graph)
    assert inbox.open(7).thread_id == "7"  # type: ignore[arg-type]
    outcomes = inbox.answer(True, threads=[7])  # type: ignore[list-item]
    assert [(one.thread_id, one.status) for one in outcomes] == [("7", "answered")]
    assert graph.get_state({"configurable": {"thread_id": 7}}).values["approved"] is True


@pytest.mark.parametrize("is_read", [True, False])
def test_what_is_given_up_while_its_thread_is_opened_is_not_sent(
    monkeypatch: pytest.MonkeyPatch, *, is_read: bool
) -> None:
    graph = refunds(checkpointer=InMemorySaver())
    begin(graph, 3)
    inbox, given_up, answered = hitl.inbox(graph), threading.Event(), list[str]()
    may_read, read = threading.Event(), driving.read_thread

    async def reads(run: Any) -> Any:
        assert is_read or may_read.wait(PATIENCE)  # its own thread: this graph has no loop
        return await read(run)

    monkeypatch.setattr(driving, "read_thread", reads)

    def opened(thread_id: str) -> hitl.Session:
        given_up.set()  # the stop button, while it is read
        return inbox.open(thread_id)

    checked = [Checked(thread.thread_id, thread.requests[0]) for thread in inbox]
    assert send(checked, opened, lambda _, request: answered.append(request.id), given_up=given_up) == []
    may_read.set()
    assert answered == []
    assert len(hitl.inbox(graph)) == 3


def test_where_no_more_threads_are_to_be_had_what_has_begun_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = refunds(checkpointer=InMemorySaver())
    begin(graph, 3)
    inbox, began, answered = hitl.inbox(graph), list[Any](), list[str]()
    goes_on = threading.Event()

    def called(function: Any) -> Any:
        if began:
            raise RuntimeError("can't start new thread")
        began.append(called_in_a_thread(function))
        return began[0]

    def opened(thread_id: str) -> hitl.Session:
        assert goes_on.wait(60)
        return inbox.open(thread_id)

    monkeypatch.setattr(import_module(send.__module__), "called_in_a_thread", called)
    checked = [Checked(thread.thread_id, thread.requests[0]) for thread in inbox]
    with pytest.raises(RuntimeError, match="can't start new thread"):
        send(checked, opened, lambda _, request: answered.append(request.id))
    goes_on.set()
    assert began[0].is_done.wait(60)
    assert answered == []


def test_no_session_is_kept_of_a_thread_that_was_answered_in_bulk_and_waits_still(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 4)
    inbox = hitl.inbox(graph)
    opened = inbox.open("order 0")
    outcomes = inbox.answer(True)
    assert [one.session.status for one in outcomes if one.session is not None] == ["waiting"] * 4
    assert inbox.open("order 1") is outcomes[2].session  # as long as somebody has it
    left = [weakref.ref(one.session) for one in outcomes if one.session is not None]
    del outcomes, opened
    gc.collect()
    # Those that somebody has opened.
    assert {one.thread_id for ref in left if (one := ref()) is not None} == {"order 0", "order 1"}
    inbox.refresh()
    assert sorted(names(inbox)) == ["order 0", "order 1", "order 2", "order 3"]
    assert inbox.answer(3).refused == []
    assert graph.get_state(at("order 3")).values == {"order": 3, "approved": True, "days": 3}


def test_a_thread_that_somebody_is_at_work_on_is_waited_for_and_not_said_to_be_out_of_reach(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def work(_: Any) -> dict[str, Any]:
        assert goes_on.wait(60)
        return {}

    goes_on, follows = threading.Event(), bulk.begin_to_catch_up
    graph = graphs.chain(Refund, {"approve": approve, "work": work, "ask_days": ask_days}, checkpointer=InMemorySaver())
    begin(graph, 1)
    inbox = hitl.inbox(graph)
    [thread] = list(inbox)
    at_rest(inbox.open("order 0"))
    other = at_rest(hitl.attach(graph, "order 0"))

    def begins(run: Any) -> None:
        other.answer(True)
        until(lambda: run.others.follows, "it does not see who is at work")
        follows(run)
        threading.Timer(0.5, goes_on.set).start()

    monkeypatch.setattr(bulk, "PATIENCE", 0.1)
    monkeypatch.setattr(bulk, "begin_to_catch_up", begins)
    [outcome] = send([Checked("order 0", replace(thread.requests[0], id="7"))], inbox.open, lambda *_: None)
    assert isinstance(outcome.error, hitl.StaleAnswerError), outcome.error


def test_a_policy_answers_in_time_what_a_thread_asks_next_that_was_answered_in_bulk() -> None:
    graph = refunds(checkpointer=InMemorySaver())
    begin(graph, 2)
    inbox = hitl.inbox(graph, policies=[hitl.policy(timeout=0.5, answer=5, node="ask_days")])
    inbox.answer(True)
    gc.collect()
    until(lambda: [graph.get_state(at(f"order {nth}")).values.get("days") for nth in range(2)] == [5, 5], "nobody did")


def test_a_checkpointer_that_hangs_as_a_thread_is_looked_at_once_more_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Hangs(InMemorySaver):
        def get_tuple(self, config: Any) -> Any:
            if hung.is_set() and config["configurable"]["thread_id"] == "order 0":
                released.wait(60)
            return super().get_tuple(config)

    hung, released = threading.Event(), threading.Event()
    graph = refunds(checkpointer=Hangs())
    begin(graph, 2)
    inbox = hitl.inbox(graph)
    asked = {thread.thread_id: thread.requests[0] for thread in inbox}
    inbox.open("order 0")._run.at_rest.wait(60)
    monkeypatch.setattr(bulk, "PATIENCE", 0.2)
    # What it shows is not what is meant, so it looks at its thread.
    checked = [Checked(name, replace(request, id="7")) for name, request in asked.items()]
    hung.set()
    try:
        outcomes = send(checked, inbox.open, lambda *_: None)
    finally:
        released.set()
    assert {one.thread_id: type(one.error).__name__ for one in outcomes} == {
        "order 0": "TimeoutError",
        "order 1": "StaleAnswerError",
    }
    assert "could not be read" in str(next(one.why for one in outcomes if one.thread_id == "order 0"))
