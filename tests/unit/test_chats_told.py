"""A chat's messages as text: in a history, beside another run's, and in what comes of several answers."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.texts.jsonable import as_text
from hitl_widgets.view.steering import comparison_view

from ..scripted_model import calls

LONG = "This was said before, in both. " * 100


def chat() -> Any:
    """Says much, asks, and says what it was answered."""

    def asks(_state: Any) -> Any:
        return {"messages": [AIMessage(f"You say {interrupt('Go on?')}.")]}

    builder = StateGraph(MessagesState).add_node("talk", lambda _state: {"messages": [AIMessage(LONG)]})
    builder.add_node("ask", asks).add_edge(START, "talk").add_edge("talk", "ask")
    return builder.compile()


@pytest.fixture
def session() -> hitl.Session:
    session = hitl.run(chat(), {"messages": [HumanMessage("Hello")]}, unattended={"ask": "maybe"})
    session.wait(timeout=60)
    return session


def test_a_message_is_who_says_what_and_which_tools_it_calls() -> None:
    said = [HumanMessage("Where?"), calls(("search", {"query": "Rome"})), ToolMessage("found", tool_call_id="1")]
    told = "person: Where?; model: → search(query: Rome); tool: found"
    assert as_text(said) == told
    assert as_text({"messages": said}) == f"messages: {told}"
    assert as_text(AIMessage([{"type": "text", "text": "A cat"}, {"type": "image", "url": "x"}])) == (
        "model: A cat (image)"
    )


def test_what_comes_of_an_answer_in_a_long_chat_is_read_from_where_it_differs(session: hitl.Session) -> None:
    found = session.what_if("ask", ["yes", "no"])
    assert str(found).splitlines()[-2:] == [
        "yes     finished  … said before, in both. ; model: You say yes.",
        "no      finished  … said before, in both. ; model: You say no.",
    ]
    assert "model: You say yes.</td>" in found._repr_html_()


def test_the_table_of_a_chat_is_the_same_in_every_run(session: hitl.Session) -> None:
    assert str(session.what_if("ask", ["yes", "no"])) == str(session.what_if("ask", ["yes", "no"]))
    assert [step.tasks[0].outcome for step in session.history][1:] == ["wrote messages: model: You say maybe."]


def test_beside_another_run_a_long_chat_is_read_from_where_they_part(session: hitl.Session) -> None:
    fork = session.fork(session.decisions[0], answer="no")
    fork.wait(timeout=60)
    found = session.compare(fork)
    ours, theirs = found.differing["messages"]
    assert (ours.rpartition("; ")[2], theirs.rpartition("; ")[2]) == ("model: You say maybe.", "model: You say no.")
    (row,) = [line for line in repr(found).splitlines() if line.startswith("messages")]
    assert "You say maybe." in row
    assert "You say no." in row
    assert "Hello" not in row  # of what was said before, only the end
    [key] = comparison_view(found)["keys"]
    assert key == {"key": "messages", "ours": ours, "theirs": theirs}
