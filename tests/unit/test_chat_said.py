"""What the model of a chat says is there while it says it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langgraph.graph import MessagesState
from pydantic import Field
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.view.conversation import LATEST
from hitl_widgets.view.widget import SessionWidget
from hitl_widgets.watching import watched

from ..waiting import PATIENCE, until
from . import graphs


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    with watched():
        yield


class Halting(GenericFakeChatModel):
    """Says one thing, and goes on with the other when it may."""

    line: str
    go_on: Any

    def _stream(self, *args: Any, **options: Any) -> Iterator[ChatGenerationChunk]:
        for text in self.line.split("|"):
            yield ChatGenerationChunk(message=AIMessageChunk(content=text, id="said"))
            assert self.go_on.wait(PATIENCE)


def view_of(session: hitl.Session) -> SessionWidget:
    display = session._display
    assert display is not None
    return display.widget


def said(session: hitl.Session) -> str:
    return str(view_of(session).run.get("said"))


def talking(line: str, state: Any = MessagesState, **given: Any) -> tuple[hitl.Session, threading.Event]:
    """A run whose model has begun to speak, and what lets it go on."""
    may_begin, go_on = threading.Event(), threading.Event()

    def talk(_state: Any) -> dict[str, Any]:
        assert may_begin.wait(PATIENCE)
        model = Halting(messages=iter([]), line=line, go_on=go_on)
        reply = model.invoke("hi")
        return {"messages": [reply]} if "messages" in state.__annotations__ else {"topic": str(reply.text)}

    session = hitl.run(graphs.chain(state, {"talk": talk}), given)
    view_of(session)
    may_begin.set()
    watch = session._run.watch
    assert watch is not None
    until(lambda: watch.spoken, "it says nothing")
    return session, go_on


def test_what_a_chats_model_says_is_shown_while_it_says_it() -> None:
    session, go_on = talking("Hello **Ada**, |how are you?")
    until(lambda: "Hello" in said(session), "what it says is not there")
    assert session.status == "running"
    assert {"tag": "strong", "children": ["Ada"]} in view_of(session).run["said"][0]["children"]
    assert "how are you" not in said(session)
    go_on.set()
    session.wait(PATIENCE)
    until(lambda: "how are you?" in said(session), "the rest is not there")


def test_of_what_is_long_it_is_the_latest_until_all_is_said() -> None:
    session, go_on = talking(f"The first. {'word ' * LATEST}the last so far|, and the end")
    until(lambda: "the last so far" in said(session), "what it says is not there")
    assert "The first" not in said(session)
    assert len(said(session)) < LATEST + 100
    go_on.set()
    session.wait(PATIENCE)
    until(lambda: "The first" in said(session), "the whole is not there")


def test_a_graph_that_is_no_chat_says_nothing_there() -> None:
    class Work(TypedDict, total=False):
        topic: str

    session, go_on = talking("one|two", Work)
    view_of(session)._push()
    assert "said" not in view_of(session).run
    go_on.set()
    session.wait(PATIENCE)


def test_nothing_is_shown_of_what_may_be_half_a_secret() -> None:
    class Login(MessagesState):
        token: Annotated[str, Field(json_schema_extra={"format": "password"})]

    session, go_on = talking("It is hunter|2, don't tell.", Login, token="hunter2")
    view_of(session)._push()
    assert "hunter" not in said(session)
    go_on.set()
    session.wait(PATIENCE)
    until(lambda: "don't tell" in said(session), "what was said is not there")
    assert "hunter" not in said(session)


def test_of_several_that_speak_at_once_each_stays_where_it_is_under_its_name() -> None:
    go_on = {name: threading.Event() for name in ("sea", "hills", "town")}

    def saying(name: str) -> Any:
        line = f"The {name}. |{'far ' * LATEST}and wide|end"

        def talk(_state: Any) -> dict[str, Any]:
            return {"messages": [Halting(messages=iter([]), line=line, go_on=go_on[name]).invoke("hi")]}

        return talk

    nested = {name: graphs.chain(MessagesState, {"talk": saying(name)}) for name in go_on}
    session = hitl.run(graphs.fan_out(MessagesState, nested, lambda _state: {}), {"messages": []})
    view = view_of(session)

    def told() -> list[str]:
        return [str(one["children"]) for one in view.run.get("said", ())]

    heads = [str([{"tag": "strong", "children": [name]}]) for name in go_on]
    until(lambda: len(told()) == 6, f"not all three are there: {told()}")
    assert sorted(told()[::2]) == sorted(heads)
    order = told()[::2]
    at = order.index(heads[1])
    assert told()[2 * at + 1] == str(["The hills."])
    go_on["hills"].set()
    # What has ended has gone, and no other has taken its place.
    until(lambda: told()[::2] == [head for head in order if head != heads[1]], f"it is still there: {told()}")
    assert "far" not in str(told())
    go_on["sea"].set()
    until(lambda: told() == [str(["The town."])], f"the last one needs no name: {told()}")
    go_on["town"].set()
    session.wait(PATIENCE)
