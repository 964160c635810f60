"""Static breakpoints: the state as a form, going on, going on with changes, stopping; in real graphs."""

from __future__ import annotations

import asyncio
import datetime as dt
import operator
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypedDict

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command, Send
from pydantic import BaseModel, Field, SecretStr, TypeAdapter

import hitl_widgets as hitl
from hitl_widgets import fields, protocol

from ..waiting import at_rest, until
from . import graphs
from .test_widget import Browser


class Address(BaseModel):
    city: str
    zip: str = ""


class Mail(TypedDict, total=False):
    draft: str
    count: int
    size: Literal["s", "l"]
    due: dt.date
    to: Address
    log: Annotated[list[str], operator.add]
    messages: Annotated[list[AnyMessage], add_messages]
    anything: Any
    note: str | None
    unset: int
    unset_text: str


START_VALUES: dict[str, Any] = {"draft": "Hi", "count": 0, "log": [], "messages": [HumanMessage("write", id="m1")]}


def logs(name: str, **more: Any) -> Callable[..., Any]:
    def node(state: Any) -> dict[str, Any]:
        return {"log": [name], **more}

    return node


def mail(**options: Any) -> Any:
    return graphs.chain(Mail, {"write": logs("write"), "send": logs("send")}, **options)


def view(session: hitl.Session) -> Any:
    return at_rest(session)._run.pending[0].control.view


def question(session: hitl.Session) -> Any:
    return at_rest(session)._run.pending[0].question


def drawn(session: hitl.Session) -> dict[str, Any]:
    return {named["name"]: named["field"] for named in view(session)["field"]["fields"]}


# ---------------------------------------------------------------- the card


def test_the_card_shows_the_state_as_a_form_typed_by_its_schema() -> None:
    values = {**START_VALUES, "size": "s", "due": dt.date(2026, 1, 2), "to": Address(city="Bonn"), "note": None}
    session = hitl.run(mail(), values, interrupt_before=["send"])
    by_key = drawn(session)
    assert question(session).question == "Before send: continue?"
    assert view(session)["kind"] == "breakpoint"
    assert {name: field["type"] for name, field in by_key.items()} == {
        "draft": "text",
        "count": "number",
        "size": "choice",
        "due": "date",
        "to": "object",
        "log": by_key["log"]["type"],
        "anything": "json",
        "note": "text",
        "unset": "number",
        "unset_text": "text",
    }
    assert (by_key["draft"]["default"], by_key["count"]["default"]) == ("Hi", 0)
    assert (by_key["due"]["default"], by_key["unset"]["required"]) == ("2026-01-02", False)


def test_messages_and_what_has_no_json_form_are_only_shown() -> None:
    opaque = AIMessage("hidden in Any", id="m2")
    session = hitl.run(mail(), {**START_VALUES, "anything": opaque}, interrupt_before=["send"])
    assert {"messages", "anything"}.isdisjoint(drawn(session))
    shown = {part["label"]: (part["text"], part["mono"]) for part in question(session).context}
    assert shown == {"Messages": ("person: write", False), "Anything": ("model: hidden in Any", False)}
    with pytest.raises(hitl.InvalidAnswerError, match="messages: This key cannot be changed here"):
        session.answer({"update": {"messages": []}})
    session.answer({"update": {"draft": "Ho"}})
    values = session.wait(60)
    assert values["messages"] == [HumanMessage("write", id="m1")]
    assert values["anything"] == opaque


def test_a_conversation_is_shown_as_who_has_said_what() -> None:
    said = [HumanMessage("Rome?"), AIMessage("", tool_calls=[{"name": "find", "args": {"city": "Rome"}, "id": "1"}])]
    session = hitl.run(mail(), {**START_VALUES, "messages": said}, interrupt_before=["send"])
    [shown] = question(session).context
    assert shown["text"] == "person: Rome?\n\nmodel: → find(city: Rome)"


def test_a_secret_in_the_state_is_neither_shown_nor_offered() -> None:
    class State(TypedDict, total=False):
        token: SecretStr
        key: Annotated[str, Field(json_schema_extra={"format": "password"})]
        n: int

    session = hitl.run(
        graphs.chain(State, {"a": lambda state: {}, "b": lambda state: {}}),
        {"token": SecretStr("hush"), "key": "hush", "n": 1},
        interrupt_before=["b"],
    )
    assert list(drawn(session)) == ["n"]
    assert question(session).context == []
    session.answer(True)
    assert session.wait(60)["key"] == "hush"


def test_a_graph_whose_state_is_no_dict_has_the_buttons_alone() -> None:
    from langgraph.func import entrypoint

    @entrypoint(checkpointer=InMemorySaver())
    def flow(n: int) -> int:
        return n + 1

    session = hitl.run(flow, 1, interrupt_before=["flow"])
    assert view(session) == {"kind": "breakpoint", "field": None}
    session.answer(True)
    assert session.wait(60) == 2


def test_a_pydantic_state_is_edited_and_stays_valid() -> None:
    class State(BaseModel):
        n: int = Field(ge=0)
        log: Annotated[list[str], operator.add] = []

    def work(state: State) -> dict[str, Any]:
        return {"log": [f"n is {state.n}"]}

    session = hitl.run(graphs.chain(State, {"work": work}), {"n": 1}, interrupt_before=["work"])
    with pytest.raises(hitl.InvalidAnswerError, match="n: "):
        session.answer({"update": {"n": -1}})
    session.answer({"update": {"n": 5}})
    assert session.wait(60)["log"] == ["n is 5"]


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize("given", [{"interrupt_before": ["send"]}, {"interrupt_after": ["write"]}])
@pytest.mark.parametrize("compiled", [False, True])
def test_it_goes_on_before_or_after_compiled_in_or_given(given: dict[str, Any], *, compiled: bool) -> None:
    session = hitl.run(mail(**given), START_VALUES) if compiled else hitl.run(mail(), START_VALUES, **given)
    assert question(session).question in {"Before send: continue?", "After write: continue?"}
    assert at_rest(session).requests[0].node == ("send" if "interrupt_before" in given else "write")
    assert session.values["log"] == ["write"]
    session.answer(True, reason="fine")
    assert session.wait(60)["log"] == ["write", "send"]
    assert [(one.value, one.reason) for one in session.decisions] == [(True, "fine")]


def test_a_star_stops_at_every_node() -> None:
    session = hitl.run(mail(), START_VALUES, interrupt_before="*")
    for node in ("write", "send"):
        assert question(session).question == f"Before {node}: continue?"
        session.answer(True)
    assert session.wait(60)["log"] == ["write", "send"]
    after = hitl.run(mail(), START_VALUES, interrupt_after="*")
    assert question(after).question == "After write: continue?"
    after.answer(True)
    assert after.wait(60)["log"] == ["write", "send"]


def test_what_is_no_node_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        ValueError, match="interrupt_before= names 'sned', which is no node; the graph has: write, send"
    ):
        hitl.run(mail(), START_VALUES, interrupt_before=["sned"])


def test_what_was_decided_is_said_in_the_words_of_the_buttons() -> None:
    session = at_rest(hitl.run(mail(), START_VALUES, interrupt_before=["send"]))
    session.answer(True)
    (decision,) = session.decisions
    assert (decision.text, decision.value, decision.approved) == ("Continued", True, True)


def test_no_stops_the_run_and_whoever_attaches_is_asked_again() -> None:
    graph = mail(checkpointer=InMemorySaver())
    session = hitl.run(graph, START_VALUES, thread_id="t", interrupt_before=["send"])
    session.answer(False, reason="not yet")
    with pytest.raises(hitl.SessionStoppedError):
        session.wait(60)
    assert [(one.value, one.reason) for one in session.decisions] == [(False, "not yet")]
    again = hitl.attach(graph, "t", interrupt_before=["send"])
    assert question(again).question == "Before send: continue?"
    again.answer(True)
    assert again.wait(60)["log"] == ["write", "send"]


def test_changes_replace_what_differs_and_nothing_else() -> None:
    seen: list[Any] = []

    def send(state: Any) -> dict[str, Any]:
        seen.append(dict(state))
        return {"log": ["send"]}

    graph = graphs.chain(Mail, {"write": logs("write", to=Address(city="Bonn")), "send": send})
    session = hitl.run(graph, {**START_VALUES, "due": dt.date(2026, 1, 2)}, interrupt_before=["send"])
    session.answer({"update": {"draft": "", "count": 0, "log": ["edited"], "to": {"city": "Köln"}, "unset": 0}})
    values = session.wait(60)
    assert seen[0] == {
        **START_VALUES,
        "draft": "",
        "log": ["edited"],
        "to": Address(city="Köln"),
        "due": dt.date(2026, 1, 2),
        "unset": 0,
    }
    assert values["log"] == ["edited", "send"]
    (decision,) = session.decisions
    assert decision.value == {"update": {"draft": "", "log": ["edited"], "to": {"city": "Köln", "zip": ""}, "unset": 0}}


def test_what_the_browser_sends_untouched_changes_nothing() -> None:
    values = {**START_VALUES, "size": "l", "due": dt.date(2026, 1, 2), "to": Address(city="Bonn"), "note": None}
    session = hitl.run(mail(), values, interrupt_before=["send"])
    control = at_rest(session)._run.pending[0].control
    reply = fields.default_reply(view(session)["field"])
    assert control.resume_value({"update": reply}) is True
    assert control.resume_value({"update": {**reply, "count": 3}}) == {"update": {"count": 3}}
    assert control.resume_value({"update": {**reply, "note": "n"}}) == {"update": {"note": "n"}}


def test_a_refused_change_is_named_at_its_field_and_leaves_the_thread_alone() -> None:
    session = at_rest(hitl.run(mail(), START_VALUES, interrupt_before=["send"]))
    for wrong, path in (({"count": "many"}, "count"), ({"to": {"zip": "1"}}, "to/city"), ({"nope": 1}, "nope")):
        with pytest.raises(hitl.InvalidAnswerError) as refused:
            session.answer({"update": wrong})
        assert list(refused.value.fields) == [path]
    for nonsense in ("yes", {"draft": "x"}, None, {"update": 3}):
        with pytest.raises(hitl.InvalidAnswerError, match="A breakpoint takes True"):
            session.answer(nonsense)
    assert session._run.pending[0].refusals == 7
    assert session.values["draft"] == "Hi"
    session.answer(True)
    assert session.wait(60)["draft"] == "Hi"


def test_unattended_continues_changes_and_replays(tmp_path: Any) -> None:
    answers = {"send": hitl.Answer({"update": {"draft": "Ho"}}, reason="shorter")}
    session = hitl.run(mail(), START_VALUES, interrupt_before=["send"], unattended=answers)
    assert session.wait(60)["draft"] == "Ho"
    session.decisions.to_json(tmp_path / "answers.json")
    again = hitl.run(mail(), START_VALUES, interrupt_before=["send"], unattended=tmp_path / "answers.json")
    assert again.wait(60)["draft"] == "Ho"
    assert again.decisions[0].reason == "shorter"
    assert hitl.run(mail(), START_VALUES, interrupt_before="*", unattended=hitl.defaults).wait(60)["draft"] == "Hi"


def test_the_browser_is_told_of_it_and_its_reply_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    session = at_rest(hitl.run(mail(), {**START_VALUES, "anything": {"a": [1]}}, interrupt_before=["send"]))
    browser = Browser(session, monkeypatch)
    card = browser.card("send")
    assert TypeAdapter(protocol.CardView).validate_python(card) == card
    assert (card["node"], card["question"]) == ("send", "Before send: continue?")
    untouched = fields.default_reply(card["control"]["field"])
    assert isinstance(untouched, dict)
    browser.answer(card["request"], {"update": {**untouched, "count": "many"}})
    until(lambda: "count" in browser.card("send")["field_errors"], "the refusal is at its field")
    # A JSON field replies with the text of its value.
    browser.answer(card["request"], {"update": {**untouched, "anything": '{"a": [1, 2.0]}'}}, reason="why")
    values = session.wait(60)
    assert values == {**START_VALUES, "log": ["write", "send"], "anything": {"a": [1, 2.0]}}
    (decision,) = session.decisions
    assert (decision.by, decision.reason) == ("person", "why")
    assert decision.text == 'update: {"anything": {"a": [1, 2.0]}}'


# ---------------------------------------------------------------- where it goes on


def test_changes_go_on_exactly_where_the_graph_stood_side_by_side() -> None:
    class State(TypedDict, total=False):
        n: int
        log: Annotated[list[str], operator.add]

    def seen(name: str) -> Any:
        return lambda state: {"log": [f"{name} saw {state['n']}"]}

    builder = StateGraph(State)
    for name in ("a1", "a2", "b1", "b2"):
        builder.add_node(name, seen(name))
    for start, end in ((START, "a1"), (START, "a2"), ("a1", "b1"), ("a2", "b2"), ("b1", END), ("b2", END)):
        builder.add_edge(start, end)
    session = hitl.run(builder.compile(), {"n": 1, "log": []}, interrupt_before=["b1", "b2"])
    assert question(session).question == "Before b1 and b2: continue?"
    session.answer({"update": {"n": 2}})
    assert session.wait(60)["log"] == ["a1 saw 1", "a2 saw 1", "b1 saw 2", "b2 saw 2"]


def test_changes_run_no_routing_function_again_and_keep_sends_and_commands() -> None:
    routed: list[Any] = []

    class State(TypedDict, total=False):
        n: int
        log: Annotated[list[str], operator.add]

    def route(state: Any) -> Any:
        routed.append(state["n"])
        return [Send("work", {"item": item}) for item in "xy"]

    builder = StateGraph(State)
    builder.add_node("plan", lambda state: Command(goto="split"), destinations=("split",))
    builder.add_node("split", lambda state: {})
    builder.add_node("work", lambda state: {"log": [state["item"]]})
    builder.add_edge(START, "plan")
    builder.add_conditional_edges("split", route, ["work"])
    session = hitl.run(builder.compile(), {"n": 1, "log": []}, interrupt_after=["plan", "split"])
    for node, n in (("plan", 2), ("split", 3)):
        assert question(session).question == f"After {node}: continue?"
        session.answer({"update": {"n": n}})
    assert sorted(session.wait(60)["log"]) == ["x", "y"]
    assert routed == [2]


def test_changes_before_the_first_node_are_what_it_sees() -> None:
    session = hitl.run(mail(), START_VALUES, interrupt_before=["write"])
    session.answer({"update": {"log": ["first"]}})
    assert session.wait(60)["log"] == ["first", "write", "send"]


def test_a_nested_graphs_breakpoint_shows_and_changes_the_nested_state() -> None:
    class Inner(TypedDict, total=False):
        draft: str
        own: int

    seen: list[Any] = []
    inner = graphs.chain(
        Inner,
        {"think": lambda state: {"own": 1}, "act": lambda state: seen.append(state["own"]) or {}},
        interrupt_before=["act"],
    )
    session = hitl.run(graphs.chain(Mail, {"inner": inner, "send": logs("send")}), START_VALUES)
    assert question(session).question == "Before act: continue?"
    assert at_rest(session).requests[0].path == ("inner", "act")
    assert list(drawn(session)) == ["draft", "own"]
    session.answer({"update": {"own": 2, "draft": "from inside"}})
    assert session.wait(60)["draft"] == "from inside"
    assert seen == [2]


def test_after_a_restart_it_stands_there_still_with_its_changes(tmp_path: Any) -> None:
    graph = mail(interrupt_before=["send"])
    at_rest(hitl.run(graph, START_VALUES, thread_id="t", save=tmp_path / "runs.sqlite"))
    session = at_rest(hitl.attach(graph, "t", save=tmp_path / "runs.sqlite"))
    assert question(session).question == "Before send: continue?"
    session.answer({"update": {"draft": "later"}})
    assert session.wait(60)["draft"] == "later"
    assert hitl.attach(graph, "t", save=tmp_path / "runs.sqlite").wait(60)["log"] == ["write", "send"]


def test_attach_takes_breakpoints_too() -> None:
    graph = mail(checkpointer=InMemorySaver())
    at_rest(hitl.run(graph, START_VALUES, thread_id="t", interrupt_before=["send"]))
    session = hitl.attach(graph, "t", interrupt_before=["send"])
    assert question(session).question == "Before send: continue?"
    session.answer(True)
    assert session.wait(60)["log"] == ["write", "send"]


def test_a_change_to_a_thread_that_has_moved_on_is_stale() -> None:
    graph = mail(checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, START_VALUES, thread_id="t", interrupt_before=["send"]))
    graph.invoke(None, {"configurable": {"thread_id": "t"}})
    with pytest.raises(hitl.StaleAnswerError, match="moved on"):
        session.answer({"update": {"draft": "too late"}})
    assert graph.get_state({"configurable": {"thread_id": "t"}}).values["draft"] == "Hi"


def test_an_async_graph_stands_and_goes_on_with_changes() -> None:
    async def write(state: Any) -> dict[str, Any]:
        return {"log": ["write"]}

    async def main() -> Any:
        session = hitl.run(
            graphs.chain(Mail, {"write": write, "send": logs("send")}), START_VALUES, interrupt_after="*"
        )
        await session.aanswer({"update": {"log": ["edited"]}})
        return await session

    assert asyncio.run(main())["log"] == ["edited", "send"]


def test_the_node_that_it_stands_before_is_drawn_as_waiting() -> None:
    session = at_rest(hitl.run(mail(), {}, interrupt_before=["send"]))
    widget = session._display.widget
    assert widget.nodes["send"] == {"runs": 0, "status": "waiting", "breakpoints": ["before"]}
    assert "send waiting" in session._display(neutral=False)[0]["text/html"]
    session.answer(True)
    session.wait(60)
    assert session._display.drawn.nodes(session._run.state, session._run.stands_before)["send"]["status"] == "done"


def test_a_node_that_it_stands_after_is_done() -> None:
    session = at_rest(hitl.run(mail(), {}, interrupt_after=["write"]))
    nodes = session._display.widget.nodes
    assert (nodes["write"]["status"], nodes["send"]["status"]) == ("done", "next")


class Order(TypedDict, total=False):
    name: str
    tags: list[str]
    prices: dict[str, float]
    place: tuple[int, int]
    to: Address
    sizes: list[Literal["s", "m", "l"]]
    either: int | list[str]
    log: Annotated[list[str], operator.add]


def test_keys_that_were_never_written_are_in_the_form_lists_and_maps_and_objects_too(browser: Any) -> None:
    graph = graphs.chain(Order, {"one": lambda state: {}, "two": lambda state: {}})
    session = at_rest(hitl.run(graph, {"name": "x"}, interrupt_before=["two"]))
    field = view(session)["field"]
    assert {named["name"] for named in field["fields"]} == set(Order.__annotations__)
    control = session._run.pending[0].control
    submitted = browser.submit(field)
    assert submitted.errors == {}
    untouched = submitted.reply
    assert control.resume_value({"update": untouched}) is True
    written = {**untouched, "tags": ["a"], "prices": [["tea", 2.5]], "to": {"city": "Bonn", "zip": ""}}
    session._run.driver.run(
        session._run.answer(
            session._run.pending[0], lambda control: control.resume_value({"update": written}), by="person"
        )
    )
    assert session.wait(60) == {
        "name": "x",
        "tags": ["a"],
        "prices": {"tea": 2.5},
        "to": Address(city="Bonn"),
        "log": [],
    }


def test_a_key_that_was_never_written_is_set_to_an_empty_list_by_code() -> None:
    graph = graphs.chain(Order, {"one": lambda state: {}, "two": lambda state: {}})
    session = at_rest(hitl.run(graph, {"name": "x"}, interrupt_before=["two"]))
    session.answer({"update": {"tags": []}})
    assert session.wait(60)["tags"] == []


@pytest.mark.parametrize("kept", ["the input", "the step before the first node", "its last node"])
def test_a_kernel_that_is_killed_before_a_breakpoint_after_a_node_does_not_stand_there(kept: str) -> None:
    saver = InMemorySaver()
    config: Any = {"configurable": {"thread_id": "t"}}
    nodes = {name: logs(name) for name in ("write", "check", "send")}
    graphs.chain(Mail, nodes, checkpointer=saver).invoke(START_VALUES, config)
    # As it is once a kernel was killed there: nothing that came later was saved.
    left = {"the input": 1, "the step before the first node": 2, "its last node": 4}[kept]
    *gone, last = list(saver.list(config))[: len(saver.storage["t"][""]) - left + 1]
    for later in gone:
        del saver.storage["t"][""][later.checkpoint["id"]]
    del saver.writes["t", "", last.checkpoint["id"]]
    graph = graphs.chain(Mail, nodes, checkpointer=saver, interrupt_after=["check"])
    assert [thread.thread_id for thread in hitl.inbox(graph)] == (["t"] if kept == "its last node" else [])
    session = at_rest(hitl.attach(graph, "t"))
    assert [(request.payload.when, request.payload.nodes) for request in session.requests] == [("after", ("check",))]
    session.answer(True)
    assert session.wait(60)["log"] == ["write", "check", "send"]
