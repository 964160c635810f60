"""Several graphs of one node that run side by side: each of their rows says which one it is of."""

from __future__ import annotations

import operator
from typing import Annotated, Any

import pytest
from langchain.agents import create_agent
from langchain.tools import tool
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.view import copies
from hitl_widgets.view.timeline import Timeline

from ..scripted_model import ScriptedModel, calls
from .test_fork_moment import at_rest
from .test_timeline import browse, rows, until

__all__ = ["browse"]


def sub_agents(*called: tuple[str, dict[str, Any]]) -> Any:
    """An agent whose tools each run an agent of their own."""

    @tool
    def look(place: str) -> str:
        """Look out of the window."""
        return f"It rains in {place}."

    def agent() -> Any:
        return create_agent(ScriptedModel(script=[calls(("look", {"place": "Rome"})), AIMessage("Rain.")]), [look])

    weather, news = agent(), agent()

    @tool
    def ask_weather(about: str) -> str:
        """Ask about the weather."""
        return weather.invoke({"messages": [("user", about)]})["messages"][-1].content

    @tool
    def ask_news(about: str) -> str:
        """Ask about the news."""
        return news.invoke({"messages": [("user", about)]})["messages"][-1].content

    model = ScriptedModel(script=[calls(*called), AIMessage("Stay in.")])
    return create_agent(model, [ask_weather, ask_news])


def told(browser: Any) -> list[tuple[str, str | None]]:
    """The rows of nested graphs: their node, and which graph they are of."""
    past = browser.session._run.past
    until(lambda: not past.is_due, "the past was not read")
    return sorted((row["nodes"][0]["name"], row.get("copy", "")) for row in rows(browser) if row["path"])


def of_tasks(browser: Any) -> list[list[str | None]]:
    return [[task.get("copy") for task in row["tasks"]] for row in rows(browser) if row["count"] > 1]


def test_the_rows_of_two_sub_agents_that_run_as_tools_at_once_name_the_tool(browse: Any) -> None:
    graph, saved = sub_agents(("ask_weather", {"about": "Rome"}), ("ask_news", {"about": "Rome"})), InMemorySaver()
    session = at_rest(hitl.run(graph, {"messages": [("user", "Rome?")]}, thread_id="t", save=saved))
    expected = [(node, by) for node in ("model", "model", "tools") for by in ("ask_news", "ask_weather")]
    assert told(browse(session)) == sorted(expected)
    assert of_tasks(browse(session)) == [["ask_weather", "ask_news"]]
    session.close()
    again = at_rest(hitl.attach(graph, "t", save=saved))
    browser = browse(again)
    until(lambda: bool(of_tasks(browser)), "nothing of the past is shown")
    assert of_tasks(browser) == [["ask_weather", "ask_news"]]  # what their graphs did was not kept


def test_two_calls_of_one_tool_are_numbered_and_a_single_one_is_not(browse: Any) -> None:
    twice = ("ask_weather", {"about": "Rome"}), ("ask_weather", {"about": "Oslo"})
    session = at_rest(hitl.run(sub_agents(*twice), {"messages": [("user", "Rome?")]}))
    expected = [(node, f"ask_weather #{nth}") for node in ("model", "model", "tools") for nth in (1, 2)]
    assert told(browse(session)) == sorted(expected)
    session = at_rest(hitl.run(sub_agents(twice[0]), {"messages": [("user", "Rome?")]}))
    assert {copy for _, copy in told(browse(session))} == {""}


class State(TypedDict):
    found: Annotated[list[str], operator.add]


def test_a_step_of_many_copies_is_gone_through_once_for_all_the_rows_in_it(
    browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_through: list[int] = []
    found = copies.copies_in
    monkeypatch.setattr(copies, "copies_in", lambda tasks: gone_through.append(len(tasks)) or found(tasks))
    nested = StateGraph(State).add_node("read", lambda state: {"found": []}).add_edge(START, "read").compile()
    builder = StateGraph(State).add_node("research", nested)
    builder.add_conditional_edges(START, lambda state: [Send("research", {"found": []})] * 30, ["research"])
    browser = browse(at_rest(hitl.run(builder.compile(), {"found": []})))
    expected = {f"research #{nth}" for nth in range(1, 31)}
    timeline = Timeline(browser.session._run, browser.session._display.widget._drawn)
    gone_through.clear()
    with browser.session._run.lock:
        shown = timeline.rows(0, 200)["rows"]
    assert {row["copy"] for row in shown if "copy" in row} == expected
    assert gone_through == [30]


def test_copies_of_a_nested_graph_are_numbered_before_and_after_a_restart(browse: Any) -> None:
    nested = StateGraph(State)
    nested.add_node("read", lambda state: {"found": []})
    nested.add_node("ask", lambda state: {"found": [hitl.ask("Which?")]})
    nested.add_edge(START, "read")
    nested.add_edge("read", "ask")
    builder = StateGraph(State)
    builder.add_node("plan", lambda state: {"found": []})
    builder.add_node("research", nested.compile())
    builder.add_edge(START, "plan")
    builder.add_conditional_edges("plan", lambda state: [Send("research", {"found": []})] * 3, ["research"])
    builder.add_edge("research", END)
    graph, saved = builder.compile(), InMemorySaver()
    session = at_rest(hitl.run(graph, {"found": []}, thread_id="t", save=saved))
    expected = sorted((node, f"research #{nth}") for node in ("read", "ask") for nth in (1, 2, 3))
    assert told(browse(session)) == expected
    session.close()
    again = at_rest(hitl.attach(graph, "t", save=saved))
    browser = browse(again)
    until(lambda: len(told(browser)) >= 6, "the past is not shown")
    assert told(browser) == expected


def test_the_rows_of_graphs_of_several_nodes_that_run_side_by_side_name_the_node(browse: Any) -> None:
    def talk(_state: Any) -> Any:
        return {"found": []}

    def nested(*names: str) -> Any:
        builder = StateGraph(State)
        for name in names:
            builder.add_node(name, talk if name == "model" else nested("model"))
            builder.add_edge(START, name)
        return builder.compile()

    session = at_rest(hitl.run(nested("one", "two"), {"found": []}))
    assert told(browse(session)) == [("model", "one"), ("model", "two")]
    deeper = nested("one", "two").builder.add_node("three", nested("four", "five")).add_edge(START, "three").compile()
    session = at_rest(hitl.run(deeper, {"found": []}))
    assert told(browse(session)) == [
        ("five", "three"), ("model", "one"), ("model", "three › five"), ("model", "three › four"), ("model", "two"),
    ]  # fmt: skip
    session = at_rest(hitl.run(nested("one"), {"found": []}))
    assert told(browse(session)) == [("model", "")]
