"""Looking into a task: what it was given, what it wrote as a diff against before, what it asked, and its secrets."""

from __future__ import annotations

import asyncio
import json
import operator
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pandas as pd
import pytest
from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import CachePolicy, Command, Overwrite, Send, interrupt
from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets import protocol
from hitl_widgets.driver.memory import in_memory
from hitl_widgets.errors import InvalidAnswerError
from hitl_widgets.inside import look, values
from hitl_widgets.view.project import error_view

from ..waiting import PATIENCE, at_rest, until
from . import graphs

_TASK: TypeAdapter[Any] = TypeAdapter(protocol.InsideView)
_NODE: TypeAdapter[Any] = TypeAdapter(protocol.NodeInsideView)
_VALUE: TypeAdapter[Any] = TypeAdapter(protocol.ValueView)


class State(TypedDict, total=False):
    words: Annotated[list[Any], operator.add]
    messages: Annotated[list[Any], add_messages]
    facts: dict[str, Any]
    total: int
    draft: str


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine all values of an answer may take their time."""
    monkeypatch.setattr(values, "_PATIENCE", PATIENCE)


def started(graph: Any, given: Any, **options: Any) -> hitl.Session:
    session = hitl.run(graph, given, **options)
    assert session._run.at_rest.wait(60)
    return session


def ran(graph: Any, given: Any, **options: Any) -> hitl.Session:
    session = started(graph, given, **options)
    assert session.status == "finished", session.error
    return session


def locate(session: hitl.Session) -> Callable[[tuple[str, ...]], str | None]:
    display: Any = session._display
    return display.widget._drawn.locate


def tasks(session: hitl.Session, name: str) -> list[str]:
    return [one.id for step in session._run.state.steps for one in step.tasks if one.node[-1] == name]


def inside(session: hitl.Session, name: str, at: int = -1) -> Any:
    view = session._run.driver.run(look.at_task(session._run, tasks(session, name)[at]))
    _TASK.validate_python(json.loads(json.dumps(view)), extra="forbid")
    return view


def more(session: hitl.Session, value: str, first: int = 0, count: int = 1000, **options: Any) -> Any:
    at: Any = {"kind": "value", "value": value, "first": first, "count": count, **options}
    view = session._run.driver.run(look.at_value(session._run, at))
    if not options:
        _VALUE.validate_python(json.loads(json.dumps(view)), extra="forbid")
    return view


def plain(view: Any) -> Any:
    """A value's tree as the Python value that it shows."""
    match view["kind"]:
        case "list":
            return [plain(item) for item in view["items"]]
        case "map" | "object":
            return {entry["key"]: plain(entry["value"]) for entry in view["entries"]}
        case "message":
            return (view["role"], "".join(map(str, map(plain, view["content"]))))
        case "markdown":
            return "".join(map(_words, view["nodes"]))
        case "number":
            return float(view["text"]) if "." in view["text"] else int(view["text"])
        case "secret":
            return "(secret)"
        case "null":
            return None
        case "boolean":
            return view["text"] == "True"
        case _:
            return view.get("text", view)


def _words(node: Any) -> str:
    return node if isinstance(node, str) else "".join(map(_words, node["children"]))


def changes(view: Any) -> dict[str, Any]:
    """Its changes, by key: the kind, and what is shown before and after."""
    return {
        change["key"]: (
            change["kind"],
            *(plain(change[side]["view"]) for side in ("before", "after") if side in change),
            *([changes({"changes": change["entries"]})] if "entries" in change else []),
        )
        for change in view["changes"]
    }


def test_a_task_says_what_it_was_given_and_what_it_wrote_against_before() -> None:
    def work(state: State) -> Any:
        return {"words": ["c"], "total": 2, "draft": "new", "facts": {**state.get("facts", {}), "b": 3, "d": 4}}

    session = ran(graphs.chain(State, {"work": work}), {"words": ["a", "b"], "total": 1, "facts": {"a": 1, "b": 2}})
    view = inside(session, "work")
    assert plain(view["given"]["view"]) == {
        "words": ["a", "b"],
        "messages": [],
        "facts": {"a": 1, "b": 2},
        "total": 1,
    }
    assert changes(view) == {
        "words": ("appended", ["c"]),
        "total": ("changed", 1, 2),
        "draft": ("added", "new"),
        "facts": ("changed", {"b": ("changed", 2, 3), "d": ("added", 4)}),
    }
    assert view["changes"][0]["after"]["view"]["first"] == 2
    assert view["changes"][3]["same"] == 1
    assert (view["task"]["status"], view["path"], view["step"], view["task"]["took"] > 0) == ("done", ["work"], 0, True)


def test_what_it_wrote_that_was_there_already_is_no_change() -> None:
    session = ran(graphs.chain(State, {"work": lambda _: {"total": 1, "draft": "x"}}), {"total": 1})
    view = inside(session, "work")
    assert (list(changes(view)), view["unchanged"]) == (["draft"], ["total"])


def test_entries_that_are_gone_are_removed() -> None:
    session = ran(graphs.chain(State, {"work": lambda _: {"facts": {"a": 1}}}), {"facts": {"a": 1, "b": 2}})
    assert changes(inside(session, "work")) == {"facts": ("changed", {"b": ("removed", 2)})}


def test_of_messages_only_new_ones_and_those_that_changed_are_shown() -> None:
    given = [HumanMessage("hi", id="1"), AIMessage("helo", id="2"), HumanMessage("bye", id="3")]
    steps: list[Any] = [
        {"messages": [("ai", "**hello**")]},
        {"messages": [AIMessage("hello", id="2"), RemoveMessage("3")]},
    ]
    session = ran(graphs.chain(State, {"say": lambda _: steps[0], "mend": lambda _: steps[1]}), {"messages": given})
    assert changes(inside(session, "say")) == {"messages": ("appended", [("ai", "hello")])}
    assert inside(session, "say")["changes"][0]["after"]["view"]["items"][0]["content"][0]["nodes"] == [
        {"tag": "p", "children": [{"tag": "strong", "children": ["hello"]}]}
    ]
    [change] = inside(session, "mend")["changes"]
    assert [(one["key"], one["kind"]) for one in change["entries"]] == [("2", "removed"), ("1", "changed")]
    assert plain(change["entries"][1]["after"]["view"]) == ("ai", "hello")


def test_calls_of_tools_have_their_arguments() -> None:
    call = {"name": "refund", "args": {"order": 42}, "id": "c", "type": "tool_call"}
    session = ran(
        graphs.chain(State, {"model": lambda _: {"messages": [AIMessage("", tool_calls=[call])]}}), {"messages": []}
    )
    view = inside(session, "model")
    [message] = view["changes"][0]["after"]["view"]["items"]
    assert [(one["name"], plain(one["arguments"])) for one in message["calls"]] == [("refund", {"order": 42})]
    assert plain(more(session, view["changes"][0]["after"]["value"] + ".0.a0")) == {"order": 42}


def test_a_reducer_that_replaces_or_merges_shows_what_came_of_it() -> None:
    class Merged(TypedDict, total=False):
        facts: Annotated[dict[str, int], lambda one, other: {**one, **other}]
        words: Annotated[list[str], operator.iadd]

    nodes = {"merge": lambda _: {"facts": {"b": 2}, "words": ["b"]}, "replace": lambda _: {"words": Overwrite(["z"])}}
    session = ran(graphs.chain(Merged, nodes), {"facts": {"a": 1}, "words": ["a"]})
    assert changes(inside(session, "merge")) == {
        "facts": ("reduced", {"a": 1, "b": 2}),
        "words": ("appended", ["b"]),
    }
    assert changes(inside(session, "replace"))["words"][0] == "changed"
    assert plain(inside(session, "replace")["given"]["view"])["words"] == ["a", "b"]


CALLS: list[bool] = []


def once(_one: Any, other: Any) -> Any:
    CALLS.pop()
    return other


class Once(TypedDict, total=False):
    words: Annotated[Any, once]


def test_a_reducer_that_fails_leaves_what_was_written() -> None:
    CALLS[:] = [True]
    session = ran(graphs.chain(Once, {"work": lambda _: {"words": [1]}}), {"words": [0]})
    assert changes(inside(session, "work")) == {"words": ("written", [1])}


def test_tasks_that_were_sent_show_what_each_was_sent() -> None:
    builder = StateGraph(State)
    builder.add_node("word", lambda state: {"words": [state["word"].upper()]})
    builder.add_conditional_edges(START, lambda _: [Send("word", {"word": word}) for word in "abc"], ["word"])
    session = ran(builder.compile(), {})
    given = [plain(inside(session, "word", at)["given"]["view"]) for at in range(3)]
    assert given == [{"word": "a"}, {"word": "b"}, {"word": "c"}]
    assert [changes(inside(session, "word", at))["words"] for at in range(3)] == [
        ("appended", ["A"]),
        ("appended", ["B"]),
        ("appended", ["C"]),
    ]
    node = session._run.driver.run(look.at_node(session._run, locate(session), "word"))
    _NODE.validate_python(node, extra="forbid")
    assert (node["total"], [one["id"] for one in node["tasks"]]) == (3, tasks(session, "word")[::-1])
    assert plain(node["shown"]["given"]["view"]) == {"word": "c"}


def test_of_a_node_with_many_tasks_the_latest_are_named() -> None:
    builder = StateGraph(State)
    builder.add_node("word", lambda state: {"words": [state["n"]]})
    builder.add_conditional_edges(START, lambda _: [Send("word", {"n": n}) for n in range(60)], ["word"])
    session = ran(builder.compile(), {})
    node = session._run.driver.run(look.at_node(session._run, locate(session), "word"))
    assert (node["total"], len(node["tasks"])) == (60, 50)
    assert node["tasks"][0]["id"] == tasks(session, "word")[-1]


@pytest.mark.parametrize("node", ["sub:word", "sub"])
def test_of_graphs_beside_each_other_the_one_that_failed_is_shown(node: str) -> None:
    def word(state: Any) -> dict[str, Any]:
        if state["words"] == ["a"]:
            raise ValueError("a")
        return {"total": 1}

    builder = StateGraph(State).add_node("sub", graphs.chain(State, {"word": word}))
    builder.add_conditional_edges(START, lambda _: [Send("sub", {"words": [word]}) for word in "abc"], ["sub"])
    session = hitl.run(builder.compile(), {})
    until(lambda: session.status == "failed", lambda: session.status)
    view = session._run.driver.run(look.at_node(session._run, locate(session), node))["shown"]
    assert (view["task"]["status"], plain(view["given"]["view"])["words"]) == ("failed", ["a"])


def test_of_tasks_beside_each_other_the_one_that_failed_is_shown_else_one_that_waits() -> None:
    broken = [True]

    def word(state: Any) -> dict[str, Any]:
        if state["word"] == "b" and broken:
            raise ValueError(state["word"])
        return {"words": [interrupt(state["word"]) if state["word"] in "ab" else state["word"]]}

    builder = StateGraph(State).add_node("word", word)
    builder.add_conditional_edges(START, lambda _: [Send("word", {"word": word}) for word in "abcd"], ["word"])
    graph, saver = builder.compile(), InMemorySaver()

    def shown(session: hitl.Session) -> Any:
        view = session._run.driver.run(look.at_node(session._run, locate(session), "word"))["shown"]
        return view["task"]["status"], plain(view["given"]["view"])

    session = started(graph, {}, thread_id="t", save=saver)
    until(lambda: session.status == "failed", lambda: session.status)
    assert shown(session) == ("failed", {"word": "b"})
    broken.clear()
    session.retry()
    until(lambda: len(session.requests) == 2, lambda: session.status)
    assert shown(session) == ("waiting", {"word": "b"})
    assert shown(at_rest(hitl.attach(graph, "t", save=saver))) == ("waiting", {"word": "b"})
    session.answer(1, to="word")
    session.answer(2, to="word#2")
    session.wait(60)
    assert shown(session) == ("done", {"word": "d"})


def test_a_node_that_never_ran_has_no_tasks() -> None:
    session = ran(graphs.chain(State, {"work": lambda _: {}}), {})
    node = session._run.driver.run(look.at_node(session._run, locate(session), "__start__"))
    assert (node["total"], "shown" in node) == (0, False)


def test_a_command_says_where_it_led() -> None:
    builder = StateGraph(State)

    def decide(_state: State) -> Command[Literal["left", "right"]]:
        return Command(update={"total": 1}, goto=["right", Send("left", {"total": 7})])

    builder.add_node("decide", decide)
    builder.add_node("left", lambda state: {"words": [state["total"]]})
    builder.add_node("right", lambda _: {})
    builder.add_edge(START, "decide")
    session = ran(builder.compile(), {})
    view = inside(session, "decide")
    assert (sorted(view["leads_to"]), changes(view)) == (["left", "right"], {"total": ("added", 1)})
    assert plain(inside(session, "left")["given"]["view"]) == {"total": 7}


def test_tasks_of_nested_graphs_are_read_from_their_own_checkpoints() -> None:
    inner = graphs.chain(State, {"deep": lambda state: {"total": state["total"] + 1}})
    outer = graphs.chain(State, {"inner": inner})
    session = ran(graphs.chain(State, {"outer": outer}), {"total": 1})
    view = inside(session, "deep")
    assert (view["path"], view["step"]) == (["outer", "inner", "deep"], None)
    assert plain(view["given"]["view"])["total"] == 1
    assert changes(view) == {"total": ("changed", 1, 2)}
    assert changes(inside(session, "outer"))["total"] == ("changed", 1, 2)


def test_tasks_of_a_graph_that_a_node_calls_by_itself_are_there_too() -> None:
    def call(state: State) -> Any:
        inner = graphs.chain(State, {"deep": lambda state: {"total": state["total"] + 1, "words": ["x"]}})
        return {"total": inner.invoke({"total": state["total"]})["total"]}

    session = ran(graphs.chain(State, {"calls": call}), {"total": 1})
    assert tasks(session, "deep")
    view = inside(session, "deep")
    assert plain(view["given"]["view"])["total"] == 1
    # No graph is known that would say how it is merged.
    assert changes(view)["total"] == ("written", 2)


@task
def square(number: int, *, plus: int = 0) -> int:
    return number * number + plus


@entrypoint()
def squares(numbers: list[int]) -> list[int]:
    futures = [square(number, plus=1) for number in numbers]
    return [future.result() for future in futures]


def test_the_functional_api_says_what_was_called_and_returned() -> None:
    session = ran(squares, [2, 3])
    assert plain(inside(session, "squares")["given"]["view"]) == [2, 3]
    assert plain(inside(session, "squares")["returned"]["view"]) == [5, 10]
    assert [plain(inside(session, "square", at)["returned"]["view"]) for at in (0, 1)] == [5, 10]
    assert [plain(inside(session, "square", at)["given"]["view"]) for at in (0, 1)] == [
        {"0": 2, "plus": 1},
        {"0": 3, "plus": 1},
    ]
    with pytest.raises(InvalidAnswerError, match="not kept"):
        more(session, inside(session, "square")["given"]["value"])


@task
def signed(order: str) -> str:
    return f"{order} by {interrupt(f'Who signs {order}?')}"


@entrypoint()
def orders(names: list[str]) -> list[str]:
    futures = [signed(name) for name in names]
    return [future.result() for future in futures]


def test_a_call_that_asks_shows_its_own_question_and_answer() -> None:
    session = started(orders, ["a", "b"])
    assert inside(session, "signed", 0)["asked"] == [{"question": "Who signs a?"}]
    session.answer("Ada")
    assert session._run.at_rest.wait(60)
    [asked] = inside(session, "signed", 0)["asked"]
    assert (asked["question"], asked["answer"]) == ("Who signs a?", "Ada")
    assert inside(session, "signed", 1)["asked"] == [{"question": "Who signs b?"}]


def test_an_async_graph_is_read_without_stopping_its_loop() -> None:
    async def work(state: State) -> Any:
        return {"total": state["total"] + 1}

    async def main() -> None:
        session = hitl.run(graphs.chain(State, {"work": work}), {"total": 1})
        await session
        run = session._run
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0)
                ticks += 1

        ticking = asyncio.create_task(tick())
        view = await look.at_task(run, tasks(session, "work")[0])
        ticking.cancel()
        assert changes(view) == {"total": ("changed", 1, 2)}
        assert ticks > 0

    asyncio.run(main())


def test_while_a_task_runs_what_it_was_given_is_known() -> None:
    entered, go = threading.Event(), threading.Event()

    def work(_state: State) -> Any:
        entered.set()
        assert go.wait(60)
        return {"total": 2}

    session = hitl.run(graphs.chain(State, {"work": work}), {"total": 1})
    assert entered.wait(60)
    # LangGraph writes the checkpoint that has it beside the task.
    view = until(lambda: found if "given" in (found := inside(session, "work")) else None, "it is not known")
    assert (view["task"]["status"], "since" in view["task"], view["changes"]) == ("running", True, [])
    assert plain(view["given"]["view"])["total"] == 1
    go.set()
    session.wait(60)
    assert changes(inside(session, "work")) == {"total": ("changed", 1, 2)}


def test_what_it_asked_and_what_was_answered_are_there() -> None:
    session = started(graphs.three_questions(), {})
    assert inside(session, "ask_approval")["asked"] == [{"question": "Do you approve it?"}]
    session.answer(True, reason="fine")
    assert session._run.at_rest.wait(60)
    [asked] = inside(session, "ask_approval")["asked"]
    assert (asked["question"], asked["answer"], asked["by"], asked["reason"]) == (
        "Do you approve it?",
        "Yes",
        "code",
        "fine",
    )


def test_questions_of_parallel_tasks_are_told_apart() -> None:
    session = started(graphs.parallel(), {})
    assert [len(inside(session, name)["asked"]) for name in ("once", "twice", "typed")] == [1, 1, 1]
    session.answer("1", to="twice")
    session.answer("2", to="once")
    assert [one["question"] for one in inside(session, "once")["asked"]] == ["once?"]


def test_a_thread_that_an_earlier_session_ran_is_read_too() -> None:
    graph = graphs.three_questions()
    session = started(graph, {"request": "r"}, thread_id="t", save=(saver := InMemorySaver()))
    session.answer(True)
    assert session._run.at_rest.wait(60)
    again = hitl.attach(graph, "t", save=saver)
    assert again._run.at_rest.wait(60)
    view = inside(again, "ask_address")
    assert plain(view["given"]["view"]) == {"request": "r", "approved": True}
    again.answer("here")
    assert again._run.at_rest.wait(60)
    assert changes(inside(again, "ask_address")) == {"address": ("added", "here")}


def test_a_task_that_ran_in_an_earlier_session_is_read_by_its_id() -> None:
    graph = graphs.three_questions()
    session = started(graph, {"request": "r"}, thread_id="t", save=(saver := InMemorySaver()))
    [task_id] = tasks(session, "ask_approval")
    session.answer(True)
    assert session._run.at_rest.wait(60)
    again = hitl.attach(graph, "t", save=saver)
    assert again._run.at_rest.wait(60)
    view = again._run.driver.run(look.at_task(again._run, task_id))
    assert (view["task"]["status"], changes(view)) == ("done", {"approved": ("added", True)})
    assert [(one["question"], one["answer"], one["by"]) for one in view["asked"]] == [
        ("Do you approve it?", "Yes", "code")
    ]
    assert plain(more(again, view["changes"][0]["after"]["value"])) is True


def test_a_node_that_ran_in_an_earlier_session_only_shows_what_it_did_there() -> None:
    graph = graphs.three_questions()
    session = started(graph, {"request": "r"}, thread_id="t", save=(saver := InMemorySaver()))
    session.answer(True)
    assert session._run.at_rest.wait(60)
    again = hitl.attach(graph, "t", save=saver)
    assert again._run.at_rest.wait(60)
    view = again._run.driver.run(look.at_node(again._run, locate(again), "ask_approval"))
    assert (view["total"], [task["status"] for task in view["tasks"]]) == (1, ["done"])
    assert (view["shown"]["step"], changes(view["shown"])) == (0, {"approved": ("added", True)})


def test_a_task_says_which_step_of_the_history_it_is_in() -> None:
    graph, saver = graphs.chain(State, {"work": lambda _: {}, "rest": lambda _: {}}), InMemorySaver()
    ran(graph, {"total": 1}, thread_id="t", save=saver)
    again = ran(graph, {"total": 2}, thread_id="t", save=saver)
    view = again._run.driver.run(look.at_node(again._run, locate(again), "rest"))
    assert (view["total"], view["shown"]["step"]) == (2, 3)
    assert again.history[3].nodes == ("rest",)


def test_what_came_from_the_cache_says_so() -> None:
    builder = StateGraph(State)
    builder.add_node("work", lambda _: {"total": 2}, cache_policy=CachePolicy())
    builder.add_edge(START, "work")
    cache = InMemoryCache[Any]()
    ran(builder.compile(cache=cache), {"total": 1})
    session = ran(builder.compile(cache=cache), {"total": 1})
    view = inside(session, "work")
    assert view["task"]["cached"]
    assert "took" not in view["task"]
    assert session.history[0].tasks[0].took is None
    assert "cache" in view["notes"][0]


def test_a_task_that_failed_shows_where_in_the_users_own_code() -> None:
    def refund(state: State) -> Any:
        return json.loads("{")

    inner = graphs.chain(State, {"refund": refund})
    session = started(graphs.chain(State, {"shop": inner}), {"total": 1})
    assert session.status == "failed"
    for name in ("refund", "shop"):
        error = inside(session, name)["exception"]
        assert error["type"] == "JSONDecodeError"
        [frame] = [one for one in error["frames"] if one["user"]]
        assert (frame["function"].rpartition(".")[2], frame["innermost"]) == ("refund", True)
        # LangGraph notes which task it was, with its id.
        assert error["notes"] == []


def test_a_cell_that_waited_for_what_failed_is_not_where_it_failed() -> None:
    def refund(state: State) -> Any:
        raise ValueError("no such order")

    session = started(graphs.chain(State, {"refund": refund}), {"total": 1})
    error = session.error
    assert error is not None
    before, shown = inside(session, "refund")["exception"], error_view(session._run, error)
    with pytest.raises(ValueError, match="no such order"):
        session.wait(60)
    assert inside(session, "refund")["exception"] == before
    assert error_view(session._run, error) == shown


def test_siblings_that_failed_have_their_own_errors() -> None:
    def fail(text: str) -> Callable[[State], Any]:
        def node(_state: State) -> Any:
            raise ValueError(text)

        return node

    nodes = {"left": fail("left is wrong"), "right": fail("right is wrong")}
    session = started(graphs.fan_out(State, nodes, lambda _: {}), {})
    shown = {name: inside(session, name) for name in nodes}
    failed = {name: view["exception"]["message"] for name, view in shown.items() if view["task"]["status"] == "failed"}
    assert failed
    assert all(message == f"{name} is wrong" for name, message in failed.items())


def test_of_a_failure_in_another_session_the_text_is_left() -> None:
    def fail(_state: State) -> Any:
        raise ValueError("no such order")

    graph = graphs.chain(State, {"fail": fail})
    started(graph, {"total": 1}, thread_id="t", save=(saver := InMemorySaver()))
    attached = hitl.attach(graph, "t", save=saver)
    assert attached._run.at_rest.wait(60)
    error = inside(attached, "fail")["exception"]
    assert (error["type"], error["message"], error["frames"]) == ("ValueError", "no such order", [])


@pytest.mark.parametrize("saver", [None, InMemorySaver(serde=JsonPlusSerializer(pickle_fallback=True))])
def test_frames_in_the_state_are_tables(saver: InMemorySaver | None) -> None:
    frames = [pd.DataFrame({"n": [1]}), pd.DataFrame({"n": [1, 2]})]
    nodes = {"make": lambda _: {"facts": frames[0]}, "grow": lambda _: {"facts": frames[1]}, "keep": lambda s: s}
    session = ran(graphs.chain(State, nodes), {}, save=saver)
    [change] = inside(session, "grow")["changes"]
    assert [change[side]["view"]["rows"] for side in ("before", "after")] == [[["1"]], [["1"], ["2"]]]
    assert inside(session, "keep")["unchanged"] == ["words", "messages", "facts"]
    assert more(session, change["after"]["value"], 1, 5)["rows"] == [["2"]]


def test_without_a_checkpointer_a_state_may_hold_anything() -> None:
    lock = threading.Lock()
    nodes = {
        "make": lambda _: {"facts": {"frame": pd.DataFrame({"n": [1]})}, "draft": lock},
        "see": lambda state: {"words": [str(state["draft"] is lock), str(state["facts"]["frame"].loc[0, "n"])]},
    }
    assert started(graphs.chain(State, nodes), {}).wait(60)["words"] == ["True", "1"]


def test_without_a_checkpointer_a_step_keeps_what_it_was_given() -> None:
    frame, saver = pd.DataFrame({"n": [1]}), in_memory()
    written = {"configurable": {"thread_id": "t"}}

    def change(state: State) -> Any:
        # LangGraph writes a checkpoint beside the step that comes after it.
        until(
            lambda: (kept := saver.get_tuple(written)) and kept.checkpoint["channel_values"].get("facts"), "not written"
        )
        state["facts"]["frame"].loc[0, "n"] = 7
        return {}

    session = started(
        graphs.chain(State, {"make": lambda _: {"facts": {"frame": frame}}, "change": change}),
        {},
        save=saver,
        thread_id="t",
    )
    session.wait(60)
    assert frame["n"].tolist() == [7]
    assert session.history[1].before["facts"]["frame"]["n"].tolist() == [1]


# ---------------------------------------------------------------- more of a value


def test_a_long_text_is_cut_and_the_rest_is_asked_for() -> None:
    text = "".join(f"{n:06}\n" for n in range(150_000))
    session = ran(graphs.chain(State, {"work": lambda _: {"draft": text}}), {})
    inside(ran(graphs.chain(State, {"work": lambda _: {"draft": "warm"}}), {}), "work")  # with its imports
    took: list[float] = []
    for _ in range(3):
        began = time.thread_time()  # not that of others
        view = inside(session, "work")
        took.append(time.thread_time() - began)
    shown = view["changes"][0]["after"]
    assert (shown["view"]["total"], len(json.dumps(view)) < 20_000) == (len(text), True)
    assert min(took) < 0.25, took  # with what reading it from the thread takes
    rest = more(session, shown["value"], 70_000, 7_000)
    assert rest["text"] == text[70_000:77_000]
    assert more(session, shown["value"], copy=True) == text


def test_what_is_folded_opens_at_any_depth() -> None:
    value: Any = "core"
    for level in range(90):
        value = {f"level {level}": value}
    session = ran(graphs.chain(State, {"work": lambda _: {"facts": {"a": {"b": value}}}}), {})
    shown = inside(session, "work")["changes"][0]["after"]
    name, view = shown["value"], shown["view"]
    opened = 0
    while view["kind"] != "text":
        if view["kind"] == "folded":
            view, opened = more(session, name), opened + 1
            continue
        name, view = f"{name}.0", view["entries"][0]["value"]
    assert (view["text"], opened > 10) == ("core", True)


def test_more_entries_of_a_large_list_come_in_pages() -> None:
    session = ran(graphs.chain(State, {"work": lambda _: {"words": list(range(10_000))}}), {})
    shown = inside(session, "work")["changes"][0]["after"]
    assert (shown["view"]["total"], len(shown["view"]["items"]) <= 50) == (10_000, True)
    page = more(session, shown["value"], 9_990, 100)
    assert (page["first"], plain(page)) == (9_990, list(range(9_990, 10_000)))
    assert plain(more(session, f"{shown['value']}.77")) == 77


@pytest.mark.parametrize(
    "name", ["", "x", "nobody/given", "{task}/", "{task}/nothing", "{task}/after:7", "{task}/after:0.x", "{task}/given.99",
             "{task}/after:0.0.0.0", "{task}/after:" + "9" * 5000, "{task}/after:0." + "9" * 5000, "{task}/after:0.c0"],
)  # fmt: skip
def test_a_value_that_is_not_there_is_said_to_be_gone(name: str) -> None:
    session = ran(graphs.chain(State, {"work": lambda _: {"draft": "x"}}), {})
    with pytest.raises(InvalidAnswerError, match="no such value"):
        more(session, name.replace("{task}", tasks(session, "work")[0]))


# ---------------------------------------------------------------- secrets

SECRET = "hunter2-hunter2"


class Login(TypedDict, total=False):
    token: str
    key: Annotated[str, Field(json_schema_extra={"writeOnly": True})]
    length: int
    note: str


def everything(session: hitl.Session) -> str:
    """All that can be seen of a session's tasks, also by asking for more of it and by copying."""
    said: list[str] = []
    for step in session._run.state.steps:
        for one in step.tasks:
            view = inside(session, one.node[-1])
            said.append(json.dumps(view))
            roots = [
                view.get("given"),
                view.get("returned"),
                *(c.get(s) for c in view["changes"] for s in ("before", "after")),
            ]
            for root in filter(None, roots):
                if root["value"]:
                    said += [json.dumps(more(session, root["value"])), more(session, root["value"], copy=True)]
    return "\n".join(said)


def test_a_secret_answer_is_shown_nowhere() -> None:
    def ask(_state: Login) -> Any:
        return {"token": hitl.ask("Token?", format="password")}

    def use(state: Login) -> Any:
        return {"length": len(state["token"]), "note": f"used {state['token']} twice"}

    session = started(graphs.chain(Login, {"ask": ask, "use": use, "end": lambda _: {}}), {})
    session.answer(SECRET)
    session.wait(60)
    assert SECRET not in everything(session)
    assert changes(inside(session, "ask")) == {"token": ("written", "(secret)")}
    assert plain(inside(session, "use")["given"]["view"])["token"] == "(secret)"
    assert changes(inside(session, "use")) == {"length": ("added", 15), "note": ("added", "used •••••• twice")}


def test_a_secret_in_what_a_node_fails_with_is_shown_nowhere() -> None:
    def ask(_state: Login) -> Any:
        return {"token": hitl.ask("Token?", format="password")}

    def use(state: Login) -> Any:
        raise ValueError(f"{state['token']} is refused")

    session = started(graphs.chain(Login, {"ask": ask, "use": use}), {})
    session.answer(SECRET)
    assert session._run.ended.wait(60)
    widget = session._display.widget
    until(lambda: widget.run["status"] == "failed", "it has not failed")
    shown = json.dumps([widget.run, widget.nodes, widget.timeline, inside(session, "use")])
    assert SECRET not in shown
    assert widget.nodes["use"]["error"] == "ValueError: •••••• is refused"
    assert widget.timeline["latest"][-1]["tasks"][0]["error"] == "ValueError: •••••• is refused"


def test_a_short_secret_is_no_value_that_is_shown() -> None:
    def ask(_state: Login) -> Any:
        return {"token": hitl.ask("Pin?", format="password")}

    session = started(graphs.chain(Login, {"ask": ask, "end": lambda _: {"note": "pin 123 it is"}}), {})
    session.answer("123")
    session.wait(60)
    assert plain(inside(session, "end")["given"]["view"])["token"] == "(secret)"
    assert changes(inside(session, "end"))["note"] == ("added", "pin 123 it is")


def test_a_key_that_is_a_secret_is_one_whoever_writes_it() -> None:
    session = ran(graphs.chain(Login, {"make": lambda _: {"key": SECRET, "length": 1}, "end": lambda _: {}}), {})
    assert SECRET not in everything(session)
    assert changes(inside(session, "make")) == {"key": ("written", "(secret)"), "length": ("added", 1)}


def test_after_a_restart_a_secret_is_still_one(tmp_path: Any) -> None:
    def use(state: Login) -> Any:
        interrupt("go on?")
        return {"note": state["token"]}

    graph = graphs.chain(Login, {"ask": hitl.ask_node("token", "Token?", str, format="password"), "use": use})
    session = started(graph, {}, thread_id="t", save=tmp_path / "a.sqlite")
    session.answer(SECRET)
    assert session._run.at_rest.wait(60)
    attached = hitl.attach(graph, "t", save=tmp_path / "a.sqlite")
    assert attached._run.at_rest.wait(60)
    assert SECRET not in everything(attached)
    attached.answer("yes")
    attached.wait(60)
    assert SECRET not in everything(attached)


@dataclass
class Account:
    name: str
    password: Annotated[str, Field(json_schema_extra={"format": "password"})]


def test_a_field_that_is_a_secret_is_one_wherever_the_object_is() -> None:
    session = ran(graphs.chain(State, {"work": lambda _: {"words": [Account("ada", SECRET)]}, "end": lambda _: {}}), {})
    assert SECRET not in everything(session)
    assert changes(inside(session, "work"))["words"] == ("appended", [{"name": "ada", "password": "(secret)"}])


def test_of_parallel_tasks_each_shows_what_it_wrote_and_what_the_reducer_made_of_all_of_it() -> None:
    class Reduced(TypedDict, total=False):
        facts: Annotated[dict[str, Any], operator.or_]
        count: Annotated[int, operator.add]
        words: Annotated[list[str], operator.add]

    builder = StateGraph(Reduced)
    for name in "abc":
        wrote = {"facts": {name: 1}, "count": 2, "words": [name]}
        builder.add_node(name, lambda _, wrote=wrote: wrote)
        builder.add_edge(START, name)
        builder.add_edge(name, "alone")
    builder.add_node("alone", lambda _: {"facts": {"d": 1}, "count": 4, "words": ["d"]})
    session = ran(builder.compile(), {"facts": {}, "count": 1})
    together = {"a": 1, "b": 1, "c": 1}

    def told(view: Any) -> Any:
        return {
            one["key"]: (
                one["kind"],
                one["reducer"],
                *(plain(one[part]["view"]) for part in ("wrote", "after") if part in one),
                one.get("beside", 0),
            )
            for one in view["changes"]
        }

    assert told(inside(session, "b")) == {
        "facts": ("reduced", "or", {"b": 1}, together, 2),
        "count": ("reduced", "add", 2, 7, 2),
        "words": ("appended", "add", ["b"], 0),
    }
    assert told(inside(session, "alone")) == {
        "facts": ("reduced", "or", {"d": 1}, {**together, "d": 1}, 0),
        "count": ("reduced", "add", 4, 11, 0),
        "words": ("appended", "add", ["d"], 0),
    }
    [facts, *_] = inside(session, "b")["changes"]
    assert plain(more(session, facts["wrote"]["value"])) == {"b": 1}
    assert plain(more(session, facts["after"]["value"])) == together
    # The same of a thread that another kernel has run.
    attached = started_again(session)
    [task] = [task.id for _, _, task in attached._run.past.tasks() if task.node == ("b",)]
    view = attached._run.driver.run(look.at_task(attached._run, task))
    assert told(view)["count"] == ("reduced", "add", 2, 7, 2)


def started_again(session: hitl.Session) -> hitl.Session:
    driver = session._run.driver
    attached = hitl.attach(driver.graph, session.thread_id, save=driver.checkpointer)
    assert attached._run.at_rest.wait(60)
    attached._run.driver.run(attached._run.past.read())
    return attached


def test_a_secret_that_a_reducer_takes_is_shown_nowhere() -> None:
    class Reduced(TypedDict, total=False):
        password: Annotated[str, Field(json_schema_extra={"format": "password"}), operator.add]

    session = ran(graphs.chain(Reduced, {"one": lambda _: {"password": "hunter2"}}), {"password": "secret-"})
    assert "hunter2" not in json.dumps(inside(session, "one"))


def test_of_a_task_that_has_no_checkpoint_it_is_not_said_that_it_wrote_nothing() -> None:
    inner = graphs.chain(graphs.Log, {"within": lambda _state: {"log": ["within"]}}, checkpointer=False)
    session = ran(graphs.chain(graphs.Log, {"outer": inner, "quiet": lambda _state: {}}), {"log": []})
    within, quiet = inside(session, "within"), inside(session, "quiet")
    assert (within["task"]["status"], within["wrote_nothing"]) == ("done", False)
    assert within["notes"] == [
        "The thread has no checkpoint of this step, so what it was given and wrote is not known."
    ]
    assert (quiet["task"]["status"], quiet["wrote_nothing"], quiet["notes"]) == ("done", True, [])
