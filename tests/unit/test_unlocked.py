"""What makes a control may be anybody's code, and take its time: whoever reads the session meanwhile does not wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

import hitl_widgets as hitl

from ..waiting import at_rest, until
from . import graphs


def looking_at(read: Callable[[], Any]) -> tuple[hitl.Registry, list[str], list[str]]:
    """Controls whose matcher has another thread read something; what was asked about, and for what that thread waited."""
    controls, asked, waited = hitl.controls.copy(), list[str](), list[str]()

    def looks(request: hitl.Request) -> bool:
        asked.append(request.key)
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        thread.join(60)
        if thread.is_alive():
            waited.append(request.key)
        return False

    @controls.register(when=looks)
    def never(request: hitl.Request) -> hitl.Control:
        raise AssertionError(request)

    return controls, asked, waited


def test_when_it_was_picked_up_and_when_others_have_gone_on() -> None:
    sessions: list[hitl.Session] = []
    controls, asked, waited = looking_at(lambda: [session.requests for session in sessions])
    graph = graphs.three_questions(checkpointer=InMemorySaver())
    one = at_rest(hitl.run(graph, {}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t", controls=controls))
    sessions.append(other)
    one.answer(True)
    until(lambda: "address" in asked and other.requests and other.requests[0].key == "address", "it is not seen")
    assert asked == ["approved", "address"]
    assert not waited


def test_when_the_message_box_of_a_chat_is_made() -> None:
    sessions: list[hitl.Session] = []
    controls, asked, waited = looking_at(lambda: [session.requests for session in sessions])
    builder = StateGraph(MessagesState).add_node("says", lambda _: {"messages": ["Hello."]}).add_edge(START, "says")
    session = hitl.run(builder.compile(), {"messages": []}, controls=controls)
    sessions.append(session)
    session.wait(60)
    widget: Any = session._display.widget  # type: ignore[union-attr]
    (box,) = until(lambda: widget.cards, "there is no message box")
    assert asked == ["input"]
    assert not waited
    widget._handle_custom_msg(
        {"type": "answer", "client": "c", "request": box["request"], "value": {"messages": "Hi."}}, []
    )
    until(lambda: session.status == "finished" and len(session.values["messages"]) == 3, lambda: widget.cards)
