"""Breakpoints switched on and off while a graph runs: `session.breakpoints`, and a click in the browser."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

import hitl_widgets as hitl

from ..scripted_model import ScriptedModel, calls
from ..waiting import until
from . import graphs
from .gate import Gate
from .siblings import once_saved
from .test_widget import Browser


def logs(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda state: {"log": [name]}


def three(**more: Any) -> Any:
    return graphs.chain(graphs.Log, {name: logs(name) for name in "abc"} | more)


def fails_once(name: str, *, beside: tuple[str, ...] = ()) -> Callable[[Any], dict[str, Any]]:
    """A node that does, once what others write beside it is saved."""
    tries: list[str] = []

    def node(_state: Any) -> dict[str, Any]:
        tries.append(name)
        if len(tries) == 1:
            if beside:
                once_saved(*beside)
            raise ValueError("not yet")
        return {"log": [name]}

    return node


def gated() -> tuple[Gate, hitl.Session]:
    """A session whose first node is at work."""
    gate = Gate("gate")
    session = hitl.run(graphs.chain(graphs.Log, {"gate": gate, "b": logs("b"), "c": logs("c")}), {"log": []})
    assert gate.reached.wait(60)
    return gate, session


def at_rest(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(60), session.status
    return session


def asked(session: hitl.Session) -> str:
    """What it asks, once it is at rest."""
    pending = at_rest(session)._run.pending
    return pending[0].question.question if pending else session.status


# ---------------------------------------------------------------- while it runs


@pytest.mark.parametrize(
    ("when", "question", "so_far"),
    [("before", "Before c: continue?", ["gate", "b"]), ("after", "After b: continue?", ["gate", "b"])],
)
def test_one_that_is_added_while_a_node_works_stops_the_run_there(when: Any, question: str, so_far: list[str]) -> None:
    gate, session = gated()
    session.breakpoints.add("c" if when == "before" else "b", when=when)
    gate.open.set()
    assert asked(session) == question
    assert session.values["log"] == so_far
    session.answer({"update": {"log": ["edited"]}})
    assert session.wait(60) == {"log": ["edited", "c"]}


def test_one_after_the_very_node_that_works_stops_when_it_is_done() -> None:
    gate, session = gated()
    session.breakpoints.add("gate", when="after")
    gate.open.set()
    assert asked(session) == "After gate: continue?"
    session.answer(True)
    assert session.wait(60) == {"log": ["gate", "b", "c"]}


def test_one_that_is_taken_away_while_a_node_works_stops_nothing() -> None:
    gate = Gate("gate")
    graph = graphs.chain(graphs.Log, {"gate": gate, "b": logs("b")}, interrupt_before=["b"], interrupt_after="*")
    session = hitl.run(graph, {"log": []})
    assert gate.reached.wait(60)
    session.breakpoints.remove("b", when="before")
    session.breakpoints.clear()
    gate.open.set()
    assert session.wait(60) == {"log": ["gate", "b"]}
    assert (graph.interrupt_before_nodes, graph.interrupt_after_nodes) == (["b"], "*")


def test_one_that_is_taken_away_where_the_run_stands_leaves_the_question_open() -> None:
    session = hitl.run(three(), {"log": []}, interrupt_before=["b"])
    assert asked(session) == "Before b: continue?"
    session.breakpoints.remove("b")
    assert [request.key for request in session.requests] == ["b"]
    assert session.status == "waiting"
    session.answer(True)
    assert session.wait(60) == {"log": ["a", "b", "c"]}


def test_one_that_is_added_where_the_run_waits_holds_when_it_goes_on() -> None:
    session = hitl.run(three(ask=graphs.asks("?"), last=logs("last")), {"log": []})
    assert asked(session) == "?"
    session.breakpoints.add("ask", "last")
    session.answer("yes")
    assert asked(session) == "Before last: continue?"
    session.answer(False)
    assert session.status == "stopped"


def test_an_async_graph_stops_too_while_it_runs() -> None:
    async def main() -> Any:
        reached, go_on = asyncio.Event(), asyncio.Event()

        async def gate(_state: Any) -> dict[str, Any]:
            reached.set()
            await go_on.wait()
            return {"log": ["gate"]}

        graph = graphs.chain(graphs.Log, {"gate": gate, "b": logs("b"), "c": logs("c")})
        session = hitl.run(graph, {"log": []})
        await reached.wait()
        session.breakpoints.add("b", when="after")
        session.breakpoints.add("c")
        session.breakpoints.remove("c")
        go_on.set()
        await session.aanswer({"update": {"log": ["edited"]}}, to="b")
        return await session

    assert asyncio.run(main()) == {"log": ["edited", "c"]}


def test_a_fan_out_is_stopped_once_before_all_of_its_tasks() -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("plan", logs("plan"))
    builder.add_node("work", lambda state: {"log": [state["n"]]})
    builder.add_edge(START, "plan")
    builder.add_conditional_edges("plan", lambda state: [Send("work", {"n": n}) for n in range(3)], ["work"])
    builder.add_edge("work", END)
    session = hitl.run(builder.compile(), {"log": []}, interrupt_after=["plan"])
    assert asked(session) == "After plan: continue?"
    session.breakpoints.add("work", when="after")
    session.answer(True)
    at_rest(session)
    # The graph ends with it: there is nothing to stop before.
    assert session.wait(60) == {"log": ["plan", 0, 1, 2]}
    other = hitl.run(builder.compile(), {"log": []}, interrupt_before=["work"])
    assert asked(other) == "Before work: continue?"
    other.answer(True)
    assert other.wait(60) == {"log": ["plan", 0, 1, 2]}


def test_a_star_stops_at_each_node_and_one_of_them_can_be_left_out() -> None:
    session = hitl.run(three(ask=graphs.asks("?")), {"log": []})
    assert asked(session) == "?"
    session = hitl.run(three(), {"log": []}, interrupt_before="*")
    session.breakpoints.remove("b")
    assert session.breakpoints.before == ("a", "c")
    assert asked(session) == "Before a: continue?"
    session.answer(True)
    assert asked(session) == "Before c: continue?"
    session.breakpoints.add("*", when="after")
    assert session.breakpoints.after == ("a", "b", "c")
    session.answer(True)
    assert session.wait(60) == {"log": ["a", "b", "c"]}


def test_an_agent_is_stopped_before_its_tools() -> None:
    def length(text: str) -> int:
        """The length of a text."""
        return len(text)

    model = ScriptedModel(script=[calls(("length", {"text": "four"})), AIMessage("It is 4.")])
    session = hitl.run(create_agent(model, [length]), {"messages": [HumanMessage("?")]}, interrupt_before=["model"])
    assert asked(session) == "Before model: continue?"
    session.breakpoints.remove("model")
    session.breakpoints.add("tools")
    session.answer(True)
    assert asked(session) == "Before tools: continue?"
    assert session.values["messages"][-1].tool_calls[0]["name"] == "length"
    session.answer(True)
    assert session.wait(60)["messages"][-1].content == "It is 4."


# ---------------------------------------------------------------- nested graphs


def nested() -> tuple[Any, Any]:
    """A graph that has the same graph at two of its nodes."""
    inner = graphs.chain(graphs.Log, {"think": logs("think"), "act": logs("act")})
    return graphs.chain(graphs.Log, {"one": inner, "two": inner}), inner


def test_a_node_of_a_nested_graph_is_named_by_its_path_and_only_that_one_stops() -> None:
    graph, inner = nested()
    session = hitl.run(graph, {"log": []}, interrupt_before=["one"])
    assert asked(session) == "Before one: continue?"
    session.breakpoints.add("two/act")
    assert list(session.breakpoints) == [("one", "before"), ("two/act", "before")]
    session.answer(True)
    assert asked(session) == "Before act: continue?"
    assert session.requests[0].path == ("two", "act")
    session.answer({"update": {"log": ["edited"]}})
    assert session.wait(60)["log"][-2:] == ["edited", "act"]
    assert inner.interrupt_before_nodes == []
    assert graph.nodes["two"].bound is inner


def test_a_folded_graph_says_how_many_breakpoints_there_are_inside_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graphs.nested()
    session = at_rest(hitl.run(graph, {"log": []}))
    session.breakpoints.add("outer/inner/ask")
    session.breakpoints.add("outer", when="after")
    browser = Browser(session, monkeypatch)
    until(lambda: browser.widget.nodes.get("outer:inner:ask", {}).get("breakpoints") == ["before"], "not drawn")
    assert browser.widget.nodes["outer"]["breakpoints"] == ["after"]
    assert "stops_inside" not in browser.widget.nodes["outer"]
    browser.send({"type": "fold", "client": "c1", "group": "outer", "folded": True})
    until(lambda: browser.widget.nodes.get("outer", {}).get("stops_inside") == 1, "not folded")
    assert browser.widget.nodes["outer"]["breakpoints"] == ["after"]
    assert "outer waiting stops after it 1 breakpoint inside" in session._display(neutral=False)[0]["text/html"]


def test_hitl_run_takes_a_nested_nodes_path_too() -> None:
    session = hitl.run(nested()[0], {"log": []}, interrupt_after=["one/think"])
    assert asked(session) == "After think: continue?"
    session.answer(True)
    assert len(session.wait(60)["log"]) > 0


@pytest.mark.parametrize("compiled", [False, True])
def test_after_the_last_node_of_a_nested_graph_it_stands_there_with_its_state(*, compiled: bool, tmp_path: Any) -> None:
    options = {"interrupt_after": ["act"]} if compiled else {}
    inner = graphs.chain(graphs.Log, {"think": logs("think"), "act": logs("act")}, **options)
    graph = graphs.chain(graphs.Log, {"inner": inner, "then": logs("then")})
    where = {} if compiled else {"interrupt_after": ["inner/act"]}
    save = tmp_path / "runs.sqlite"
    first = hitl.run(graph, {"log": []}, thread_id="t", save=save, **where)
    assert asked(first) == "After act: continue?"
    again = hitl.attach(graph, "t", save=save, **where)
    assert asked(again) == "After act: continue?"
    assert again.requests[0].path == ("inner", "act")
    again.answer({"update": {"log": ["edited"]}})
    assert again.wait(60) == {"log": ["edited", "then"]}


def test_a_nested_graph_whose_last_node_cannot_be_told_is_asked_about_all_the_same() -> None:
    inner = StateGraph(graphs.Log).add_node("left", logs("left")).add_node("right", logs("right"))
    inner.add_edge(START, "left").add_edge(START, "right")
    builder = StateGraph(graphs.Log).add_node("inner", inner.compile()).add_edge(START, "inner")
    session = hitl.run(builder.compile(), {"log": []}, interrupt_after=["inner/left"])
    assert asked(session) == "After this step: continue?"
    assert session.requests[0].path == ("inner",)
    session.answer(True)
    assert session.wait(60) == {"log": ["left", "right"]}


def test_a_last_node_that_no_edge_leaves_is_told() -> None:
    inner = StateGraph(graphs.Log).add_node("act", logs("act")).add_edge(START, "act")
    builder = StateGraph(graphs.Log).add_node("inner", inner.compile()).add_edge(START, "inner")
    session = hitl.run(builder.compile(), {"log": []}, interrupt_after=["inner/act"])
    assert asked(session) == "After act: continue?"
    session.answer(True)
    assert session.wait(60) == {"log": ["act"]}


def test_an_async_nested_graph_is_stopped_while_it_runs() -> None:
    async def main() -> Any:
        reached, go_on = asyncio.Event(), asyncio.Event()

        async def gate(_state: Any) -> dict[str, Any]:
            reached.set()
            await go_on.wait()
            return {"log": ["gate"]}

        inner = graphs.chain(graphs.Log, {"gate": gate, "act": logs("act")})
        session = hitl.run(graphs.chain(graphs.Log, {"inner": inner}), {"log": []})
        await reached.wait()
        session.breakpoints.add("inner/act")
        go_on.set()
        await session.aanswer(True, to="act")
        return (await session)["log"]

    assert asyncio.run(main()) == ["gate", "act"]


def test_what_langgraph_cannot_stop_at_is_refused_with_the_reason() -> None:
    inner, _ = nested()
    unsaved = graphs.chain(graphs.Log, {"act": logs("act")}, checkpointer=False)

    def calls_it(state: Any) -> dict[str, Any]:
        return {"log": inner.invoke(state)["log"][-1:]}

    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"calls_it": calls_it, "unsaved": unsaved}), {"log": []}))
    with pytest.raises(ValueError, match=r"inside of 'calls_it', as the graph in it is run by the node's own code"):
        session.breakpoints.add("calls_it/one")
    with pytest.raises(ValueError, match=r"inside of 'unsaved', as the graph in it keeps no checkpoints"):
        session.breakpoints.add("unsaved/act")


def test_what_is_no_node_is_refused_with_those_there_are() -> None:
    session = at_rest(hitl.run(nested()[0], {"log": []}))
    for refused in (session.breakpoints.add, session.breakpoints.remove):
        with pytest.raises(ValueError, match=r"'tow' is no node; the graph has: one, two, one/think, one/act, two/"):
            refused("one", "tow")
    assert len(session.breakpoints) == 0
    with pytest.raises(ValueError, match="when='first': a breakpoint is 'before' or 'after' its node"):
        session.breakpoints.add("one", when="first")  # type: ignore[arg-type]
    assert "__start__" not in repr(session.breakpoints)


def test_the_functional_api_stops_at_its_entrypoint_and_at_no_task() -> None:
    @task
    def double(n: int) -> int:
        return 2 * n

    @entrypoint()
    def flow(n: int) -> int:
        return double(n).result()

    session = hitl.run(flow, 2, interrupt_before=["flow"])
    assert asked(session) == "Before flow: continue?"
    with pytest.raises(ValueError, match="'double' is no node; the graph has: flow"):
        session.breakpoints.add("double")
    session.answer(True)
    assert session.wait(60) == 4


# ---------------------------------------------------------------- whose they are


def test_they_are_one_sessions_alone_and_a_fork_starts_with_them() -> None:
    graph = three()
    first = hitl.run(graph, {"log": []}, interrupt_before=["b"])
    second = hitl.run(graph, {"log": []}, interrupt_before=["c"])
    assert (asked(first), asked(second)) == ("Before b: continue?", "Before c: continue?")
    fork = first.fork(1)
    assert fork.breakpoints.before == ("b",)
    fork.breakpoints.add("c")
    assert (first.breakpoints.before, second.breakpoints.before) == (("b",), ("c",))
    assert asked(fork) == "Before b: continue?"
    fork.answer(True)
    assert asked(fork) == "Before c: continue?"
    first.answer(True)
    assert first.wait(60) == {"log": ["a", "b", "c"]}


def test_the_code_that_goes_on_after_a_restart_says_where_to_stop(tmp_path: Any) -> None:
    gate = Gate("gate")
    save = str(tmp_path / "runs.sqlite")
    graph = graphs.chain(graphs.Log, {"gate": gate, "b": logs("b")})
    session = hitl.run(graph, {"log": []}, thread_id="t", save=save)
    widget = session._display.widget
    assert widget.run["attach"] == f"hitl.attach(graph, 't', save={save!r})"
    session.breakpoints.add("b")
    gate.open.set()
    assert asked(session) == "Before b: continue?"
    until(lambda: "interrupt_before" in widget.run["attach"], "the code does not name the breakpoint")
    assert widget.run["attach"] == f"hitl.attach(graph, 't', save={save!r}, interrupt_before=['b'])"
    again = eval(widget.run["attach"], {"hitl": hitl, "graph": graph})
    assert asked(again) == "Before b: continue?"
    assert again.breakpoints.before == ("b",)
    again.answer({"update": {"log": ["later"]}})
    assert again.wait(60) == {"log": ["later", "b"]}


def test_where_the_graph_itself_stops_the_code_need_not_say_so(tmp_path: Any) -> None:
    graph = graphs.chain(graphs.Log, {"a": logs("a"), "b": logs("b")}, interrupt_before=["b"])
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t", save=tmp_path / "runs.sqlite"))
    assert "interrupt" not in session._display.widget.run["attach"]
    assert "interrupt" not in at_rest(session.fork(0))._display.widget.run["attach"]
    session.breakpoints.clear()
    until(lambda: "interrupt_before=[]" in session._display.widget.run["attach"], "it would stop there again")


# ---------------------------------------------------------------- stopping, and then going on


def test_told_to_stop_where_a_breakpoint_is_next_retry_asks_there_first() -> None:
    gate, session = gated()
    session.breakpoints.add("b")
    session.stop()
    gate.open.set()
    at_rest(session)
    assert session.status == "stopped"
    session.retry()
    assert asked(session) == "Before b: continue?"
    session.answer(True)
    assert session.wait(60) == {"log": ["gate", "b", "c"]}


def test_stopped_at_a_breakpoints_card_retry_asks_again() -> None:
    session = hitl.run(three(), {"log": []}, interrupt_before=["b"])
    assert asked(session) == "Before b: continue?"
    session.stop()
    assert session.status == "stopped"
    session.retry()
    assert asked(session) == "Before b: continue?"
    session.answer(True)
    assert session.wait(60) == {"log": ["a", "b", "c"]}


def test_one_that_is_added_where_the_run_was_stopped_is_asked_about_before_it_goes_on() -> None:
    gate, session = gated()
    session.stop()
    gate.open.set()
    assert at_rest(session).status == "stopped"
    session.breakpoints.add("b")
    session.retry()
    assert asked(session) == "Before b: continue?"
    session.answer({"update": {"log": ["edited"]}})
    assert session.wait(60) == {"log": ["edited", "b", "c"]}


def test_one_that_is_added_where_its_node_has_failed_is_asked_about_before_it_is_tried_again() -> None:
    """With another state it would be another task, and the failed one would be drawn beside it."""
    session = hitl.run(three(b=fails_once("b")), {"log": []})
    assert at_rest(session).status == "failed"
    session.breakpoints.add("b")
    session.retry()
    assert asked(session) == "Before b: continue?"
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer({"update": {"log": ["edited"]}})
    session.answer(True)
    assert session.wait(60) == {"log": ["a", "b", "c"]}
    tried = session._run.state.nodes["b",]
    assert (tried.status, tried.runs) == ("done", 1)


def test_where_somebody_has_let_the_run_go_on_nobody_is_asked_once_more() -> None:
    session = hitl.run(three(b=fails_once("b")), {"log": []}, interrupt_after=["a"])
    assert asked(session) == "After a: continue?"
    session.answer(True)
    assert at_rest(session).status == "failed"
    session.breakpoints.add("b")
    session.retry()
    assert session.wait(60) == {"log": ["a", "b", "c"]}


def test_one_that_has_let_its_node_run_is_not_asked_about_again_where_that_has_failed() -> None:
    session = hitl.run(three(b=fails_once("b")), {"log": []}, interrupt_before=["b"])
    assert asked(session) == "Before b: continue?"
    session.answer(True)
    assert at_rest(session).status == "failed"
    session.retry()
    assert session.wait(60) == {"log": ["a", "b", "c"]}


def test_one_in_a_nested_graph_that_was_stopped_is_asked_about_before_that_goes_on() -> None:
    gate = Gate("gate")
    inner = graphs.chain(graphs.Log, {"gate": gate, "b": logs("b")})
    session = hitl.run(graphs.chain(graphs.Log, {"inner": inner, "last": logs("last")}), {"log": []})
    assert gate.reached.wait(60)
    session.stop()
    gate.open.set()
    assert at_rest(session).status == "stopped"
    session.breakpoints.add("inner/b")
    session.retry()
    assert asked(session) == "Before b: continue?"
    session.answer(True)
    assert session.wait(60) == {"log": ["gate", "b", "last"]}


def test_one_that_is_added_before_what_a_card_lets_go_on_is_what_the_card_asks_about() -> None:
    session = hitl.run(three(), {"log": []}, interrupt_after=["a"])
    assert asked(session) == "After a: continue?"
    session.breakpoints.add("c")
    assert asked(session) == "After a: continue?"
    session.breakpoints.add("b")
    assert asked(session) == "Before b: continue?"
    session.answer({"update": {"log": ["edited"]}})
    assert asked(session) == "Before c: continue?"
    session.answer(True)
    assert session.wait(60) == {"log": ["edited", "b", "c"]}


def test_an_answer_that_is_on_its_way_while_one_is_added_is_not_said_to_be_late() -> None:
    session = hitl.run(three(), {"log": []}, interrupt_after=["a"])
    assert asked(session) == "After a: continue?"
    [pending] = session._run.pending
    session.breakpoints.add("b")
    # As it was found before, by who answers.
    run = session._run
    run.driver.run(run.answer(pending, lambda control: control.accept(True), by="code"))
    assert session.wait(60) == {"log": ["a", "b", "c"]}


def test_one_that_is_added_before_another_node_of_the_step_that_a_card_is_before_is_asked_about_with_it() -> None:
    builder = StateGraph(graphs.Log).add_node("a", logs("a")).add_node("b", logs("b"))
    builder.add_edge(START, "a").add_edge(START, "b")
    session = hitl.run(builder.compile(), {"log": []}, interrupt_before=["a"])
    assert asked(session) == "Before a: continue?"
    session.breakpoints.add("b")
    assert asked(session) == "Before a and b: continue?"
    session.breakpoints.remove("b")
    session.answer(True)
    assert sorted(session.wait(60)["log"]) == ["a", "b"]


def test_one_that_is_removed_after_the_node_of_a_card_changes_nothing_of_that() -> None:
    session = hitl.run(three(), {"log": []}, interrupt_after=["a"])
    assert asked(session) == "After a: continue?"
    session.breakpoints.remove("a")
    assert asked(session) == "After a: continue?"
    session.answer(True)
    assert session.wait(60) == {"log": ["a", "b", "c"]}


def test_where_another_task_of_the_step_is_done_a_new_one_offers_no_change_and_nothing_runs_twice() -> None:
    """With another state the step would begin anew, and what is done in it with it."""
    ran: list[str] = []

    def done(_state: Any) -> dict[str, Any]:
        ran.append("done")
        return {"log": ["done"]}

    builder = StateGraph(graphs.Log).add_node("done", done).add_node("b", fails_once("b", beside=("log",)))
    builder.add_edge(START, "done").add_edge(START, "b")
    session = hitl.run(builder.compile(), {"log": []})
    assert at_rest(session).status == "failed"
    session.breakpoints.add("b")
    session.retry()
    assert asked(session) == "Before b: continue?"
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer({"update": {"log": ["edited"]}})
    session.answer(True)
    assert sorted(session.wait(60)["log"]) == ["b", "done"]
    assert ran == ["done"]


# ---------------------------------------------------------------- the browser


def test_a_click_on_a_node_switches_it_and_every_view_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, session = gated()
    browser = Browser(session, monkeypatch)

    def click(node: str, when: str, *, on: bool) -> None:
        browser.send({"type": "breakpoint", "client": "c1", "node": node, "when": when, "on": on})

    click("b", "before", on=True)
    click("c", "before", on=True)
    click("c", "after", on=True)
    idle = {"status": "idle", "runs": 0}
    marked = {"b": {**idle, "breakpoints": ["before"]}, "c": {**idle, "breakpoints": ["before", "after"]}}
    until(lambda: {id: browser.widget.nodes.get(id) for id in "bc"} == marked, "the marks are not shown")
    click("c", "before", on=False)
    gate.open.set()
    browser.answer(browser.card("b")["request"], True)
    assert session.wait(60) == {"log": ["gate", "b", "c"]}
    until(lambda: browser.widget.nodes["c"].get("breakpoints") == ["after"], "it is not switched off")
    assert "never_stops" not in browser.widget.run


def test_the_browser_knows_the_nodes_that_cannot_be_stopped_at(monkeypatch: pytest.MonkeyPatch) -> None:
    inner, _ = nested()

    def calls_it(state: Any) -> dict[str, Any]:
        return {"log": inner.invoke(state)["log"][-1:]}

    plain = graphs.chain(graphs.Log, {"act": logs("act")}, interrupt_before=["act"])
    graph = graphs.chain(graphs.Log, {"plain": plain, "calls_it": calls_it})
    browser = Browser(at_rest(hitl.run(graph, {"log": []})), monkeypatch)
    assert browser.widget.nodes["plain:act"]["breakpoints"] == ["before"]
    never = browser.widget.run["never_stops"]
    assert never
    assert all(id.startswith("calls_it:") for id in never)
    browser.send({"type": "breakpoint", "client": "c1", "node": never[0], "when": "before", "on": True})
    until(
        lambda: any("LangGraph cannot stop inside of 'calls_it'" in said for said in browser.widget.run["notices"]),
        "nothing was said",
    )
    browser.send({"type": "breakpoint", "client": "c1", "node": "plain:act", "when": "before", "on": False})
    until(lambda: "breakpoints" not in browser.widget.nodes["plain:act"], "it is not switched off")


def test_a_thread_that_switches_them_all_the_time_does_no_harm() -> None:
    """Whatever it hits, the run goes through every node once, in order."""
    steps = [f"n{number}" for number in range(40)]
    graph = graphs.chain(graphs.Log, {name: logs(name) for name in steps}, checkpointer=InMemorySaver())
    session = hitl.run(graph, {"log": []}, config={"recursion_limit": 100})
    over = threading.Event()

    def switch() -> None:
        while not over.is_set():
            session.breakpoints.add("*", "n3", when="after")
            session.breakpoints.clear()
            session.breakpoints.add("n7", "n20")
            session.breakpoints.remove("n7")

    thread = threading.Thread(target=switch, daemon=True)
    thread.start()
    while at_rest(session).status == "waiting":
        session.answer(True)
    over.set()
    thread.join(60)
    assert session.wait(60)["log"] == steps
