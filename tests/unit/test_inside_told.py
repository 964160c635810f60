"""What a task printed, streamed and tried, as one sees it who looks into it; needs what listens to tasks."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.graph import START, StateGraph
from langgraph.types import RetryPolicy
from typing_extensions import TypedDict

import hitl_widgets as hitl

from . import graphs
from .test_inside import Login, State, inside, ran, started

watching: Any = pytest.importorskip("hitl_widgets.watching")

SECRET = "hunter2-hunter2"


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    with watching.watched():
        yield


def test_what_a_task_printed_and_logged_is_in_its_panel_and_in_the_history() -> None:
    def work(_state: State) -> Any:
        print("\x1b[32mgreen\x1b[0m")
        print("oh", file=sys.stderr)
        logging.getLogger("shop").warning("careful")
        return {"total": 1}

    session = ran(graphs.chain(State, {"work": work, "quiet": lambda _: {}}), {})
    view = inside(session, "work")
    assert [(one["stream"], one["text"]) for one in view["output"]] == [
        ("stdout", "green\n"),
        ("stderr", "oh\n"),
        ("log", "careful\n"),
    ]
    assert (view["output"][2]["level"], view["output"][2]["logger"]) == ("WARNING", "shop")
    assert (view["printed"], view["task"]["printed"]) == (len("\x1b[32mgreen\x1b[0m\noh\ncareful\n"),) * 2
    assert inside(session, "quiet")["output"] == []
    assert [step.tasks[0].printed for step in session.history] == ["green\noh\ncareful\n", ""]
    assert session.history.to_frame()["printed"].tolist() == ["green\noh\ncareful\n", ""]


def test_attempts_that_failed_say_why() -> None:
    failures = [ValueError("first"), ValueError("second")]

    def work(_state: State) -> Any:
        print(f"{len(failures)} left")
        if failures:
            raise failures.pop(0)
        return {"total": 1}

    builder = StateGraph(State)
    builder.add_node("work", work, retry_policy=RetryPolicy(initial_interval=0.001, retry_on=ValueError))
    builder.add_edge(START, "work")
    session = ran(builder.compile(), {})
    view = inside(session, "work")
    assert [one["error"] for one in view["attempts"]] == ["ValueError: first", "ValueError: second"]
    assert [(one["attempt"], one["text"]) for one in view["output"]] == [
        (1, "2 left\n"),
        (2, "1 left\n"),
        (3, "0 left\n"),
    ]
    assert session.history[0].tasks[0].attempts == 3


def test_each_of_several_that_failed_shows_its_own_frames() -> None:
    def fails(text: str) -> Any:
        def node(_state: State) -> Any:
            raise ValueError(text)

        return node

    session = started(graphs.fan_out(State, {name: fails(name) for name in ("left", "right")}, lambda _: {}), {})
    for name in ("left", "right"):
        view = inside(session, name)
        if view["task"]["status"] == "failed":
            assert view["exception"]["message"] == name
            assert view["exception"]["frames"]


def test_what_a_model_streamed_is_there() -> None:
    class Chat(TypedDict, total=False):
        said: str

    def talk(_state: Chat) -> Any:
        model = GenericFakeChatModel(messages=iter([AIMessage("hello there")]))
        return {"said": str(model.invoke("hi").content)}

    view = inside(ran(graphs.chain(Chat, {"talk": talk}), {}), "talk")
    assert (view["tokens"], view["streamed"]) == ("hello there", 11)


def test_a_secret_that_is_printed_or_raised_is_dots() -> None:
    def ask(_state: Login) -> Any:
        return {"token": hitl.ask("Token?", format="password")}

    def use(state: Any) -> Any:
        print("using", state["token"])
        raise ValueError(f"{state['token']} is wrong")

    session = started(graphs.chain(Login, {"ask": ask, "use": use}), {})
    session.answer(SECRET)
    assert session._run.ended.wait(60)
    view = inside(session, "use")
    assert view["output"][0]["text"] == "using ••••••\n"
    assert view["exception"]["message"] == "•••••• is wrong"
    assert SECRET not in str(view)
    assert SECRET not in session.history[-1].tasks[0].printed
