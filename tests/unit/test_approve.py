"""`hitl.approve`: functions and tools that ask a person, in real graphs, answered through the session and by hand."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypedDict

import pytest
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import StructuredTool, tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph.message import add_messages
from langgraph.prebuilt import InjectedState, ToolNode
from langgraph.types import Command
from pydantic import SecretStr

import hitl_widgets as hitl
from hitl_widgets.approving import once

from . import graphs


class Chat(TypedDict, total=False):
    messages: Annotated[list[Any], add_messages]


def at_rest(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(10), session.status
    return session


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
    assert session.wait(10) == {"log": ["paid 5 to Ada"]}
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
        "Rest": "[\n  1\n]",
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
    assert session.wait(10) == {"log": ["pay: too dear"]}
    assert counted.ran == []
    assert [(one.value, one.reason) for one in session.decisions] == [(False, "too dear")]


def test_a_rejection_that_nobody_catches_fails_the_run_in_words(counted: Counted) -> None:
    session = hitl.run(node_of(lambda: hitl.approve(counted.pay)("Ada")), {"log": []})
    session.answer(False, reason="too dear")
    with pytest.raises(hitl.RejectedError, match="pay was rejected: too dear"):
        session.wait(10)


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
    assert session.wait(10) == {"log": ["paid 1 to Ada"]}


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
        session.wait(10)


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
    assert session.wait(10) == "paid 0 to Ada"


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
    assert first.wait(10) == {"log": ["paid 0 to Ada"]}
    first.decisions.to_json(tmp_path / "answers.json")
    assert first.decisions.to_code() == "unattended={'pay': hitl.Answer(True, reason='owed')}"
    again = hitl.run(graph, {"log": []}, unattended=tmp_path / "answers.json")
    assert again.wait(10) == {"log": ["paid 0 to Ada"]}
    with pytest.raises(hitl.UnansweredError, match=r"Run pay\?"):
        hitl.run(graph, {"log": []}, unattended=hitl.defaults).wait(10)


# ---------------------------------------------------------------- running once


def test_what_was_approved_and_ran_does_not_run_again_for_the_next_question(counted: Counted) -> None:
    pay = hitl.approve(counted.pay)
    session = hitl.run(node_of(lambda: [pay("Ada"), pay("Ada"), hitl.ask("Anything else?")]), {"log": []})
    session.answer(True)
    session.answer(True)
    session.answer("no")
    assert session.wait(10) == {"log": [["paid 0 to Ada", "paid 0 to Ada", "no"]]}
    assert counted.ran == [("Ada", 0), ("Ada", 0)]


def test_after_a_restart_neither_the_question_nor_the_call_is_repeated(counted: Counted, tmp_path: Any) -> None:
    graph = node_of(lambda: [hitl.approve(counted.pay)("Ada"), hitl.ask("Anything else?")])
    first = hitl.run(graph, {"log": []}, thread_id="t", save=tmp_path / "runs.sqlite")
    first.answer(True)
    at_rest(first)
    once._results.clear()  # what another process would not know
    again = at_rest(hitl.attach(graph, "t", save=tmp_path / "runs.sqlite"))
    assert [request.payload["question"] for request in again.requests] == ["Anything else?"]
    again.answer("no")
    assert again.wait(10) == {"log": [["paid 0 to Ada", "no"]]}
    assert counted.ran == [("Ada", 0)]


def test_a_result_that_cannot_be_saved_is_still_made_once(counted: Counted) -> None:
    def connect(to: str) -> Any:
        counted.ran.append(to)
        return lambda: f"connected to {to}"

    session = hitl.run(node_of(lambda: [hitl.approve(connect)("db")(), hitl.ask("Well?")]), {"log": []})
    session.answer(True)
    session.answer("yes")
    assert session.wait(10) == {"log": [["connected to db", "yes"]]}
    assert counted.ran == ["db"]


def test_an_approval_is_of_the_arguments_that_were_shown(counted: Counted) -> None:
    amounts = iter([1, 2, 2])
    session = hitl.run(node_of(lambda: hitl.approve(counted.pay)("Ada", next(amounts))), {"log": []})
    session.answer(True)
    assert ("Amount", "2") in card(session)[1]
    assert counted.ran == []
    session.answer(True)
    assert session.wait(10) == {"log": ["paid 2 to Ada"]}


def test_an_answer_finds_its_call_when_the_node_makes_its_calls_in_another_order(counted: Counted) -> None:
    orders = iter([("Ada", "Bob"), ("Bob", "Ada"), ("Bob", "Ada")])
    pay = hitl.approve(counted.pay)

    def work() -> list[str]:
        paid: list[str] = []
        for to in next(orders):
            try:
                paid.append(pay(to))
            except hitl.RejectedError as error:
                paid.append(f"{to}: {error.reason}")
        return paid

    session = hitl.run(node_of(work), {"log": []})
    assert ("To", "Ada") in card(session)[1]
    session.answer(False, reason="not her")
    assert ("To", "Bob") in card(session)[1]
    session.answer(True)
    assert session.wait(10) == {"log": [["paid 0 to Bob", "Ada: not her"]]}
    assert counted.ran == [("Bob", 0)]


def test_a_function_that_asks_by_itself_gets_its_own_answer(counted: Counted) -> None:
    def pay(to: str) -> str:
        return counted.pay(to, hitl.ask("How much?", int))

    session = hitl.run(node_of(lambda: hitl.approve(pay)("Ada")), {"log": []})
    session.answer(True)
    session.answer(7)
    assert session.wait(10) == {"log": ["paid 7 to Ada"]}
    assert counted.ran == [("Ada", 7)]


def test_a_sync_node_of_an_async_graph_saves_what_it_ran(counted: Counted) -> None:
    async def first(state: Any) -> dict[str, Any]:
        return {}

    def work(state: Any) -> dict[str, Any]:
        return {"log": [hitl.approve(counted.pay)("Ada"), hitl.ask("Anything else?")]}

    graph = graphs.chain(graphs.Log, {"first": first, "work": work}, checkpointer=InMemorySaver())

    async def main() -> Any:
        session = hitl.run(graph, {"log": []}, thread_id="t")
        await session.aanswer(True)
        while not session.requests:
            await asyncio.to_thread(session._run.at_rest.wait, 10)
        once._results.clear()
        again = hitl.attach(graph, "t")
        await again.aanswer("no")
        return await again

    assert asyncio.run(main()) == {"log": ["paid 0 to Ada", "no"]}
    assert counted.ran == [("Ada", 0)]


def test_a_function_that_failed_runs_again_on_retry_without_a_question(counted: Counted) -> None:
    failures = [ConnectionError("no network")]

    def pay(to: str) -> str:
        if failures:
            raise failures.pop()
        return counted.pay(to)

    session = hitl.run(node_of(lambda: hitl.approve(pay)("Ada")), {"log": []})
    session.answer(True)
    with pytest.raises(ConnectionError, match="no network"):
        session.wait(10)
    session.retry()
    assert session.wait(10) == {"log": ["paid 0 to Ada"]}
    assert len(session.decisions) == 1


def test_a_failure_that_the_node_takes_care_of_ends_nothing(counted: Counted) -> None:
    def pay(to: str) -> str:
        raise ConnectionError("no network")

    def work() -> str:
        try:
            return hitl.approve(pay)("Ada")
        except ConnectionError:
            return "later"

    session = hitl.run(node_of(work), {"log": []})
    session.answer(True)
    assert session.wait(10) == {"log": ["later"]}


# ---------------------------------------------------------------- after


@pytest.mark.parametrize("restarted", [False, True])
def test_after_shows_the_result_and_does_not_run_again(counted: Counted, tmp_path: Any, *, restarted: bool) -> None:
    graph = node_of(lambda: hitl.approve(counted.pay, when="after")("Ada"))
    session = hitl.run(graph, {"log": []}, thread_id="t", save=tmp_path / "runs.sqlite")
    assert card(session) == (
        "Use the result of pay?",
        [("To", "Ada"), ("Amount", "0"), ("Note", '""'), ("Result", "paid 0 to Ada")],
    )
    assert counted.ran == [("Ada", 0)]
    if restarted:
        once._results.clear()
        session = at_rest(hitl.attach(graph, "t", save=tmp_path / "runs.sqlite"))
    session.answer(True)
    assert session.wait(10) == {"log": ["paid 0 to Ada"]}
    assert counted.ran == [("Ada", 0)]


@pytest.mark.parametrize("result", [0, "", False, None, [], {}])
def test_a_falsy_result_is_shown_and_used(result: Any) -> None:
    session = hitl.run(node_of(hitl.approve(lambda: result, when="after")), {"log": []})
    assert json.loads(card(session)[1][-1][1]) == result
    session.answer(True)
    (used,) = session.wait(10)["log"]
    assert (used, type(used)) == (result, type(result))


def test_a_rejected_result_is_not_used(counted: Counted) -> None:
    session = hitl.run(node_of(lambda: hitl.approve(counted.pay, when="after")("Ada")), {"log": []})
    session.answer(False, reason="wrong person")
    with pytest.raises(hitl.RejectedError, match="wrong person"):
        session.wait(10)
    assert counted.ran == [("Ada", 0)]


# ---------------------------------------------------------------- a tool


@pytest.fixture
def send(counted: Counted) -> Any:
    @tool
    def send(to: str, state: Annotated[dict[str, Any], InjectedState], urgent: bool = False) -> str:
        """Send a mail."""
        counted.ran.append((to, len(state["messages"])))
        return f"sent to {to}"

    return send


def test_a_tool_keeps_what_a_model_sees_of_it(send: Any) -> None:
    asking = hitl.approve(send)
    assert isinstance(asking, StructuredTool)
    assert (asking.name, asking.description, asking.args_schema) == (send.name, send.description, send.args_schema)
    assert asking.tool_call_schema.model_json_schema() == send.tool_call_schema.model_json_schema()  # type: ignore[union-attr]
    assert asking is not send


def test_a_tool_asks_in_a_tool_node_and_gives_its_message(send: Any, counted: Counted) -> None:
    session = hitl.run(chat(hitl.approve(send)), calls(("send", {"to": "Ada"})))
    assert card(session) == ("Run send?", [("To", "Ada"), ("Urgent", "false")])
    session.answer(True)
    message = session.wait(10)["messages"][-1]
    assert (message.content, message.status, message.tool_call_id) == ("sent to Ada", "success", "call-0")
    assert counted.ran == [("Ada", 1)]


def test_a_rejected_tool_says_so_to_the_model(send: Any, counted: Counted) -> None:
    session = hitl.run(chat(hitl.approve(send, reason="required")), calls(("send", {"to": "Ada"})))
    session.answer(False, reason="not today")
    message = session.wait(10)["messages"][-1]
    assert isinstance(message, ToolMessage)
    assert (message.content, message.status) == ("send was rejected: not today", "error")
    assert counted.ran == []


def test_a_tools_result_is_shown_before_the_model_reads_it(send: Any, counted: Counted) -> None:
    session = hitl.run(chat(hitl.approve(send, when="after")), calls(("send", {"to": "Ada"})))
    assert card(session)[1][-1] == ("Result", "sent to Ada")
    session.answer(False, reason="wrong")
    assert session.wait(10)["messages"][-1].content == "send was rejected: wrong"
    assert counted.ran == [("Ada", 1)]


@pytest.mark.parametrize("restarted", [False, True])
def test_parallel_tool_calls_each_ask_and_each_runs_once(
    send: Any, counted: Counted, tmp_path: Any, *, restarted: bool
) -> None:
    graph = chat(hitl.approve(send))
    session = hitl.run(
        graph,
        calls(("send", {"to": "Ada"}), ("send", {"to": "Bob"}), ("send", {"to": "Cyd"})),
        thread_id="t",
        save=tmp_path / "runs.sqlite",
    )
    for to, answer in (("Ada", True), ("Bob", False), ("Cyd", True)):
        assert ("To", to) in card(session)[1]
        if restarted and to == "Bob":
            session = at_rest(hitl.attach(graph, "t", save=tmp_path / "runs.sqlite"))
        session.answer(answer)
    messages = session.wait(10)["messages"][1:]
    assert [(one.tool_call_id, one.status) for one in messages] == [
        ("call-0", "success"),
        ("call-1", "error"),
        ("call-2", "success"),
    ]
    assert sorted(counted.ran) == [("Ada", 1), ("Cyd", 1)]


def test_an_async_tool_asks(counted: Counted) -> None:
    @hitl.approve
    @tool
    async def send(to: str) -> str:
        """Send a mail."""
        counted.ran.append(to)
        return f"sent to {to}"

    async def main() -> Any:
        session = hitl.run(chat(send), calls(("send", {"to": "Ada"}), ("send", {"to": "Bob"})))
        await session.aanswer(True)
        await session.aanswer(True)
        return await session

    values = asyncio.run(main())
    assert [message.content for message in values["messages"][1:]] == ["sent to Ada", "sent to Bob"]
    assert counted.ran == ["Ada", "Bob"]


def test_a_sync_tool_in_an_async_graph_asks_once(send: Any, counted: Counted) -> None:
    async def main() -> Any:
        async def first(state: Any) -> dict[str, Any]:
            return {}

        graph = graphs.chain(Chat, {"first": first, "tools": ToolNode([hitl.approve(send)])})
        session = hitl.run(graph, calls(("send", {"to": "Ada"})))
        await session.aanswer(True)
        return await session

    assert asyncio.run(main())["messages"][-1].content == "sent to Ada"
    assert counted.ran == [("Ada", 1)]


def test_a_tool_that_asks_by_itself_gets_its_own_answer(counted: Counted) -> None:
    @hitl.approve
    @tool
    def send(to: str) -> str:
        """Send a mail."""
        return f"{to}: {hitl.ask('Which words?')}"

    session = hitl.run(chat(send), calls(("send", {"to": "Ada"})))
    session.answer(True)
    session.answer("Dear Ada")
    assert session.wait(10)["messages"][-1].content == "Ada: Dear Ada"


def test_a_tool_called_in_a_node_returns_what_its_function_does(send: Any) -> None:
    @tool
    def add(a: int, b: int = 0) -> int:
        """Add."""
        return a + b

    session = hitl.run(node_of(lambda: hitl.approve(add).invoke({"a": 1})), {"log": []})
    session.answer(True)
    assert session.wait(10) == {"log": [1]}
    rejected = hitl.run(node_of(lambda: hitl.approve(add).invoke({"a": 1})), {"log": []})
    rejected.answer(False)
    assert rejected.wait(10) == {"log": ["add was rejected."]}


class Model(FakeMessagesListChatModel):
    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Any:
        return self


def test_an_agents_parallel_calls_wait_side_by_side(counted: Counted) -> None:
    @hitl.approve(reason="required_to_reject")
    @tool
    def send(to: str) -> str:
        """Send a mail."""
        counted.ran.append(to)
        return f"sent to {to}"

    model = Model(responses=[calls(("send", {"to": "Ada"}), ("send", {"to": "Bob"}))["messages"][0], AIMessage("done")])
    session = at_rest(hitl.run(create_agent(model, [send]), {"messages": [("user", "write")]}))
    assert [request.key for request in session.requests] == ["send", "send#2"]
    session.answer(False, to="send#2", reason="not him")
    session.answer(True, to="send")
    contents = [message.content for message in session.wait(10)["messages"]]
    assert contents[2:] == ["sent to Ada", "send was rejected: not him", "done"]
    assert counted.ran == ["Ada"]


# With 1 LangGraph itself hangs where it streams from threads: its queue waits in the only one (langgraph 1.2.22).
@pytest.mark.parametrize("config", [{}, {"max_concurrency": 2}])
@pytest.mark.parametrize("is_async", [False, True])
def test_more_calls_than_workers_do_not_wait_for_each_other(
    counted: Counted, config: dict[str, Any], *, is_async: bool
) -> None:
    @tool
    def send(to: str) -> str:
        """Send a mail."""
        counted.ran.append(to)
        return f"sent to {to}"

    @tool("send")
    async def send_async(to: str) -> str:
        """Send a mail."""
        counted.ran.append(to)
        return f"sent to {to}"

    names = [str(number) for number in range(40)]
    made = calls(*(("send", {"to": name}) for name in names))["messages"][0]
    model = Model(responses=[made, AIMessage("done")])
    graph = create_agent(model, [hitl.approve(send_async if is_async else send)])
    session = hitl.run(
        graph,
        {"messages": [("user", "write")]},
        config=config,  # type: ignore[arg-type]
        unattended=lambda request: True,
    )
    assert session.wait(60)["messages"][-1].content == "done"
    assert sorted(counted.ran) == sorted(names)
