"""A card and the row of its answer say who asks: which copy of a node, which tool, which agent in that."""

from __future__ import annotations

import operator
from pathlib import Path
from typing import Annotated, Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware
from langchain.tools import tool
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Send
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.thread.asked import requests_in
from hitl_widgets.thread.asker import with_asker

from ..scripted_model import ScriptedModel, calls
from ..waiting import at_rest
from .test_timeline import browse, rows

__all__ = ["browse"]

ASKED = {"messages": [("user", "Settle it.")]}


def agents_in_a_tool(*called: dict[str, Any]) -> Any:
    """An agent that hands over to others with one tool, as deepagents does (0.7.32)."""

    @tool
    def pay(amount: int) -> str:
        """Pay."""
        return hitl.ask(f"Pay {amount}?")

    def agent(name: str, amount: int) -> Any:
        return create_agent(
            ScriptedModel(script=[calls(("pay", {"amount": amount})), AIMessage("Paid.")]), [pay], name=name
        )

    agents = {"payer": agent("payer", 40), "refunder": agent("refunder", 7)}

    @tool
    def task(description: str, subagent_type: str) -> str:
        """Hand over to another agent."""
        return agents[subagent_type].invoke({"messages": [("user", description)]})["messages"][-1].content

    model = ScriptedModel(script=[calls(*(("task", one) for one in called)), AIMessage("Done.")])
    return create_agent(model, [task])


def asked_by(browser: Any) -> list[str]:
    browser.session._display.widget._push()
    return [" › ".join(card["asker"]) for card in browser.session._display.widget.cards]


def answered(browser: Any) -> list[tuple[str, str]]:
    return [(" › ".join(row["asker"]), row["answer"]) for row in rows(browser) if row["kind"] == "decision"]


def test_the_card_of_an_agent_in_a_tool_names_the_tool_and_the_agent(browse: Any) -> None:
    graph = agents_in_a_tool({"description": "Pay.", "subagent_type": "payer"})
    session = at_rest(hitl.run(graph, ASKED))
    assert asked_by(browse(session)) == ["tools › task › payer"]
    [request] = session.requests
    assert (request.path, request.asked_by) == (("tools",), ("tools", "task", "payer"))
    assert "asked by tools › task › payer" in repr(request)


def test_agents_that_ask_side_by_side_are_told_apart_before_and_after_a_restart(browse: Any, tmp_path: Path) -> None:
    graph = agents_in_a_tool(
        {"description": "Pay.", "subagent_type": "payer"}, {"description": "Refund.", "subagent_type": "refunder"}
    )
    options: dict[str, Any] = {"save": tmp_path / "runs.sqlite"}
    session = at_rest(hitl.run(graph, ASKED, thread_id="t", **options))
    expected = ["tools › task #1 › payer", "tools › task #2 › refunder"]
    assert asked_by(browse(session)) == expected
    session.close()
    again = at_rest(hitl.attach(graph, "t", **options))
    browser = browse(again)
    assert asked_by(browser) == expected
    for request in again.requests:
        again.answer("yes" if "40" in request.payload["question"] else "no", to=request)
    at_rest(again).close()
    said = [(expected[0], "yes"), (expected[1], "no")]
    assert answered(browser) == said
    assert answered(browse(at_rest(hitl.attach(graph, "t", **options)))) == said


class State(TypedDict):
    found: Annotated[list[str], operator.add]


def copies(count: int, *, nested: bool, **options: Any) -> Any:
    def ask(state: State) -> State:
        return {"found": [hitl.ask("Which?")]}

    asks = StateGraph(State).add_node("ask", ask).add_edge(START, "ask")
    builder = StateGraph(State).add_node("research", asks.compile() if nested else ask)
    builder.add_conditional_edges(START, lambda state: [Send("research", {"found": []})] * count, ["research"])
    return builder.compile(**options)


def test_the_rows_of_what_copies_were_answered_say_which_copy(browse: Any) -> None:
    for nested, rest in ((False, ""), (True, " › ask")):
        session = at_rest(hitl.run(copies(3, nested=nested), {"found": []}))
        browser = browse(session)
        expected = [f"research #{nth}{rest}" for nth in (1, 2, 3)]
        assert asked_by(browser) == expected
        for request in session.requests[::-1]:
            session.answer(request.key, to=request)
        at_rest(session)
        assert [asker for asker, _ in answered(browser)] == expected[::-1]
        assert {tuple(row["path"]) for row in rows(browser) if row["kind"] == "decision"} == {session.decisions[0].path}


def test_one_copy_alone_has_no_number(browse: Any) -> None:
    session = at_rest(hitl.run(copies(1, nested=True), {"found": []}))
    assert asked_by(browse(session)) == ["research › ask"]
    assert session.requests[0].asker == ()


def test_a_graph_that_is_no_agent_and_runs_in_an_agents_tool_has_not_the_name_of_that_agent(browse: Any) -> None:
    """LangChain has what an agent runs inherit its name (1.5.2)."""
    asks = copies(1, nested=False)

    @tool
    def task() -> str:
        """Ask."""
        return asks.invoke({"found": []})["found"][-1]

    model = ScriptedModel(script=[calls(("task", {})), AIMessage("Done.")])
    boss = create_agent(model, [task], name="boss")
    nested = StateGraph(MessagesState).add_node("agent", boss).add_edge(START, "agent").compile()
    for graph, path in ((boss, []), (nested, ["agent"])):
        session = at_rest(hitl.run(graph, ASKED))
        assert asked_by(browse(session)) == [" › ".join([*path, "tools", "task"])]


class Counting(InMemorySaver):
    read = 0

    def get_tuple(self, config: Any) -> Any:
        self.read += 1
        return super().get_tuple(config)


def test_what_tasks_were_sent_is_not_read_again_at_each_look() -> None:
    saver = Counting()
    session = at_rest(hitl.run(copies(3, nested=False, checkpointer=saver), {"found": []}))
    driver, snapshot = session._run.driver, session._run.snapshot
    assert snapshot is not None
    asked = requests_in(snapshot, driver.graph)
    saver.read = 0
    told = driver.run(with_asker(asked, snapshot, driver))
    assert [one.request.asked_by for one in told] == [("research #1",), ("research #2",), ("research #3",)]
    assert saver.read == 0


def test_a_secret_that_a_model_calls_as_a_tool_is_not_among_who_asks(browse: Any) -> None:
    class AsksAbout(AgentMiddleware):
        def wrap_tool_call(self, request: Any, handler: Any) -> ToolMessage:
            return ToolMessage(hitl.ask("Whatever is that?"), tool_call_id=request.tool_call["id"])

    @tool
    def pay() -> str:
        """Pay."""
        return "Paid."

    model = ScriptedModel(script=[calls(("hunter2", {})), AIMessage("Done.")])
    builder = StateGraph(MessagesState)
    builder.add_node("token", lambda state: {"messages": [("user", hitl.ask("Token?", secret=True))]})
    builder.add_node("agent", create_agent(model, [pay], middleware=[AsksAbout()]))
    session = at_rest(hitl.run(builder.add_edge(START, "token").add_edge("token", "agent").compile(), ASKED))
    browser = browse(session)
    session.answer("hunter2")
    at_rest(session)
    assert asked_by(browser) == ["agent › tools › ••••••"]
    session.answer("nothing")
    at_rest(session)
    assert [asker for asker, _ in answered(browser)] == ["token", "agent › tools › ••••••"]


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize(
    ("called", "expected"),
    [
        ([("pay", {"amount": 1})], "tools › pay"),
        ([("pay", {"amount": 1}), ("pay", {"amount": 2})], "tools › pay"),
        # Nothing in LangGraph's thread says which of them asks.
        ([("look", {}), ("pay", {"amount": 1})], "tools"),
    ],
)
def test_a_node_that_runs_all_calls_itself_names_the_tool_where_it_runs_one(
    browse: Any, tmp_path: Path, called: list[Any], expected: str, nested: bool
) -> None:
    @tool
    def pay(amount: int) -> str:
        """Pay."""
        return hitl.ask(f"Pay {amount}?")

    @tool
    def look() -> str:
        """Look."""
        return "seen"

    def graph() -> Any:
        builder = StateGraph(MessagesState).add_node("model", lambda _: {"messages": [calls(*called)]})
        builder.add_node("tools", ToolNode([pay, look])).add_edge(START, "model").add_edge("model", "tools")
        agent = builder.compile()
        return (
            StateGraph(MessagesState).add_node("agent", agent).add_edge(START, "agent").compile() if nested else agent
        )

    options: dict[str, Any] = {"save": tmp_path / "runs.sqlite"}
    session = at_rest(hitl.run(graph(), ASKED, thread_id="t", **options))
    expected = f"agent › {expected}" if nested else expected
    assert asked_by(browse(session)) == [expected]
    session.close()
    again = at_rest(hitl.attach(graph(), "t", **options))
    assert asked_by(browse(again)) == [expected]
    while again.requests:
        again.answer("yes")
        at_rest(again)
    assert {asker for asker, _ in answered(browse(again))} == {expected}
