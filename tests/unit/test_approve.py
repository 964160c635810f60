"""`hitl.approve`: functions and tools that ask a person, in real graphs, answered through the session and by hand."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode
from langgraph.types import Command
from pydantic import SecretStr

import hitl_widgets as hitl

from ..waiting import at_rest
from . import graphs


class Chat(TypedDict, total=False):
    messages: Annotated[list[Any], add_messages]


def node_of(function: Callable[..., Any]) -> Any:
    """A graph whose one node logs what a function of nothing returns."""

    def node(state: Any) -> dict[str, Any]:
        return {"log": [function()]}

    return graphs.chain(graphs.Log, {"work": node})


def calls(*tool_calls: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """The input of a chat whose model has called tools."""
    made = [{"name": name, "args": args, "id": f"call-{at}"} for at, (name, args) in enumerate(tool_calls)]
    return {"messages": [AIMessage("", tool_calls=made)]}


def chat(*tools: Any, **options: Any) -> Any:
    return graphs.chain(Chat, {"tools": ToolNode(list(tools))}, **options)


def card(session: hitl.Session) -> tuple[str, list[tuple[str, str]]]:
    """What the card of the first request asks and shows."""
    question = at_rest(session)._run.pending[0].question
    return question.question, [(part["label"], part["text"]) for part in question.context]


class Counted:
    """Functions that count how often they really ran."""

    def __init__(self) -> None:
        self.ran: list[Any] = []

    def pay(self, to: str, amount: float = 0, *, note: str = "") -> str:
        """Pay somebody.

        At once.
        """
        self.ran.append((to, amount))
        return f"paid {amount} to {to}"


@pytest.fixture
def counted() -> Counted:
    return Counted()


# ---------------------------------------------------------------- a function


def test_a_function_asks_with_its_arguments_and_runs_once_approved(counted: Counted) -> None:
    pay = hitl.approve(counted.pay)
    session = hitl.run(node_of(lambda: pay("Ada", amount=5)), {"log": []})
    assert card(session) == ("Run pay?", [("To", "Ada"), ("Amount", "5"), ("Note", '""')])
    assert session._run.pending[0].question.description == "Pay somebody."
    assert counted.ran == []
    session.answer(True)
    assert session.wait(60) == {"log": ["paid 5 to Ada"]}
    assert [(one.key, one.value, one.reason) for one in session.decisions] == [("pay", True, None)]


def test_falsy_and_lookalike_arguments_are_shown_as_what_they_are() -> None:
    def send(
        number: int, text: str, flag: bool, nothing: Any, items: Any, secret: Any, *rest: Any, **more: Any
    ) -> None:
        pass

    session = hitl.run(
        node_of(lambda: hitl.approve(send)(0, "0", False, None, [], SecretStr("hush"), 1, deep={"a": False})),
        {"log": []},
    )
    _, shown = card(session)
    texts = dict(shown)
    assert {name: texts[name] for name in ("Number", "Text", "Flag", "Nothing", "Items", "Rest")} == {
        "Number": "0",
        "Text": '"0"',
        "Flag": "false",
        "Nothing": "null",
        "Items": "[]",
        "Rest": "[1]",
    }
    assert json.loads(texts["Deep"]) == {"a": False}
    assert "hush" not in json.dumps(at_rest(session).requests[0].payload)
    session.stop()


def test_a_rejected_function_raises_with_the_reason_and_does_not_run(counted: Counted) -> None:
    pay = hitl.approve(counted.pay, reason="required_to_reject")

    def work() -> str:
        try:
            return pay("Ada")
        except hitl.RejectedError as error:
            return f"{error.name}: {error.reason}"

    session = hitl.run(node_of(work), {"log": []})
    with pytest.raises(hitl.InvalidAnswerError, match="Please fill this in"):
        session.answer(False)
    session.answer(False, reason="too dear")
    assert session.wait(60) == {"log": ["pay: too dear"]}
    assert counted.ran == []
    assert [(one.value, one.reason) for one in session.decisions] == [(False, "too dear")]


def test_a_rejection_that_nobody_catches_fails_the_run_in_words(counted: Counted) -> None:
    session = hitl.run(node_of(lambda: hitl.approve(counted.pay)("Ada")), {"log": []})
    session.answer(False, reason="too dear")
    with pytest.raises(hitl.RejectedError, match="pay was rejected: too dear"):
        session.wait(60)


def test_it_is_a_decorator_with_and_without_options_and_keeps_the_function() -> None:
    @hitl.approve
    def bare(order: int, /, *, fast: bool = False) -> str:
        """Bare."""
        return "bare"

    @hitl.approve(reason="optional", when="after")
    async def with_options(order: int) -> str:
        return "with options"

    assert str(inspect.signature(bare)) == "(order: 'int', /, *, fast: 'bool' = False) -> 'str'"
    assert (bare.__name__, bare.__doc__) == ("bare", "Bare.")
    assert inspect.iscoroutinefunction(with_options)
    assert not inspect.iscoroutinefunction(bare)


def test_a_partial_is_called_like_its_function(counted: Counted) -> None:
    session = hitl.run(node_of(lambda: hitl.approve(functools.partial(counted.pay, "Ada"))(amount=1)), {"log": []})
    assert card(session)[0] == "Run pay?"
    session.answer(True)
    assert session.wait(60) == {"log": ["paid 1 to Ada"]}


def test_what_cannot_be_approved_is_refused_where_it_is_made() -> None:
    def many() -> Any:
        yield 1

    with pytest.raises(TypeError, match="generator"):
        hitl.approve(many)
    with pytest.raises(TypeError, match="function or a LangChain tool"):
        hitl.approve(3)
    with pytest.raises(TypeError, match="function or a LangChain tool"):
        hitl.approve(dict)
    with pytest.raises(ValueError, match="'required_to_reject', not 'always'"):
        hitl.approve(reason="always")  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="'before', 'after', not 'during'"):
        hitl.approve(when="during")  # type: ignore[call-overload]


def test_a_call_that_does_not_fit_fails_before_it_asks(counted: Counted) -> None:
    session = hitl.run(node_of(hitl.approve(counted.pay)), {"log": []})
    with pytest.raises(TypeError, match="missing a required argument: 'to'"):
        session.wait(60)


def test_an_async_function_asks_on_the_graphs_loop(counted: Counted) -> None:
    @hitl.approve(reason="required")
    async def pay(to: str) -> str:
        await asyncio.sleep(0)
        return counted.pay(to)

    async def node(state: Any) -> dict[str, Any]:
        return {"log": [await pay("Ada"), await pay("Bob")]}

    async def main() -> Any:
        session = hitl.run(graphs.chain(graphs.Log, {"work": node}), {"log": []})
        await session.aanswer(True, reason="owed")
        await session.aanswer(True, reason="owed too")
        return await session

    assert asyncio.run(main()) == {"log": ["paid 0 to Ada", "paid 0 to Bob"]}
    assert counted.ran == [("Ada", 0), ("Bob", 0)]


def test_a_sync_function_in_an_async_node_asks_and_does_not_hang(counted: Counted) -> None:
    async def node(state: Any) -> dict[str, Any]:
        return {"log": [hitl.approve(counted.pay)("Ada")]}

    async def main() -> Any:
        session = hitl.run(graphs.chain(graphs.Log, {"work": node}), {"log": []})
        await session.aanswer(True)
        return await session

    assert asyncio.run(main()) == {"log": ["paid 0 to Ada"]}


def test_it_asks_in_a_task_of_the_functional_api(counted: Counted) -> None:
    @task
    def settle(to: str) -> str:
        return hitl.approve(counted.pay)(to)

    @entrypoint(checkpointer=InMemorySaver())
    def flow(to: str) -> str:
        return settle(to).result()

    session = hitl.run(flow, "Ada")
    session.answer(True)
    assert session.wait(60) == "paid 0 to Ada"


def test_by_hand_a_plain_yes_or_no_will_do_and_a_required_reason_is_still_required(counted: Counted) -> None:
    config: Any = {"configurable": {"thread_id": "1"}}
    graph = node_of(lambda: hitl.approve(counted.pay, reason="required")("Ada")).copy(
        update={"checkpointer": InMemorySaver()}
    )
    graph.invoke({"log": []}, config)
    with pytest.raises(ValueError, match="Please fill this in"):
        graph.invoke(Command(resume=True), config)
    assert graph.invoke(Command(resume={"approved": True, "reason": "owed"}), config) == {"log": ["paid 0 to Ada"]}


def test_unattended_answers_and_a_recording_replays(counted: Counted, tmp_path: Any) -> None:
    graph = node_of(lambda: hitl.approve(counted.pay, reason="required")("Ada"))
    first = hitl.run(graph, {"log": []}, unattended={"pay": hitl.Answer(True, reason="owed")})
    assert first.wait(60) == {"log": ["paid 0 to Ada"]}
    first.decisions.to_json(tmp_path / "answers.json")
    about = """'pay(amount=0, note="", to="Ada")'"""
    assert first.decisions.to_code() == f"unattended={{'pay': hitl.Answer(True, reason='owed', about={about})}}"
    again = hitl.run(graph, {"log": []}, unattended=tmp_path / "answers.json")
    assert again.wait(60) == {"log": ["paid 0 to Ada"]}
    with pytest.raises(hitl.UnansweredError, match=r"Run pay\?"):
        hitl.run(graph, {"log": []}, unattended=hitl.defaults).wait(60)
