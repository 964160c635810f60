"""Policies that are a function or a chat model: whatever is asked, on both drivers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.types import interrupt
from pydantic import BaseModel, Field

import hitl_widgets as hitl
from hitl_widgets.running.withheld import shown_of
from hitl_widgets.view.project import card_view

from ..scripted_model import ScriptedModel, calls
from . import graphs
from .agents import RAN, agent, heard

drivers = pytest.mark.parametrize("on_loop", [False, True], ids=["thread", "loop"])


def asking(payload: Any, *, schema: Any = None, on_loop: bool = False) -> Any:
    """A graph whose node logs its answer; with `on_loop` one that needs an event loop."""

    def node(state: Any) -> dict[str, Any]:
        return {"log": [interrupt(payload, response_schema=schema)]}

    async def async_node(state: Any) -> dict[str, Any]:
        return node(state)

    return graphs.chain(graphs.Log, {"ask": async_node if on_loop else node})


def run(graph: Any, *policies: hitl.Policy, **options: Any) -> hitl.Session:
    session = hitl.run(graph, {}, policies=policies, **options)
    assert session._run.at_rest.wait(60)
    assert session.error is None
    return session


def card(session: hitl.Session) -> Any:
    [pending] = session._run.pending
    return card_view(session._display.drawn, pending)


# ---------------------------------------------------------------- functions


@drivers
@pytest.mark.parametrize("value", [None, {}, False, 0, "", [], "text"])
def test_a_function_answers_with_every_falsy_value(on_loop: bool, value: Any) -> None:
    session = run(asking({"anything": "goes"}, on_loop=on_loop), hitl.policy(answer=lambda request: value))
    assert session.wait(60) == {"log": [value]}
    assert session.decisions[0].by == "policy"


@drivers
def test_an_async_function_answers(on_loop: bool) -> None:
    async def look_up(request: hitl.Request) -> str:
        await asyncio.sleep(0)
        return f"{request.node}: {request.payload}"

    session = run(asking("Where?", on_loop=on_loop), hitl.policy(answer=look_up))
    assert session.wait(60) == {"log": ["ask: Where?"]}
    assert session.decisions[0].policy == "look_up"


@drivers
def test_a_function_may_return_a_coroutine(on_loop: bool) -> None:
    async def later() -> str:
        return "later"

    session = run(asking("?", on_loop=on_loop), hitl.policy("x", answer=lambda request: later()))
    assert session.wait(60) == {"log": ["later"]}


def test_a_sync_function_does_not_stop_the_loop_that_the_graph_runs_on() -> None:
    async def main() -> Any:
        released = threading.Event()
        asyncio.get_running_loop().call_later(0.01, released.set)
        session = hitl.run(
            asking("?", on_loop=True), {}, policies=[hitl.policy("waits", answer=lambda request: released.wait(60))]
        )
        return await session

    assert asyncio.run(main()) == {"log": [True]}


def test_what_a_function_passes_is_left_to_the_next_and_then_to_a_person() -> None:
    asked: list[str] = []

    def passes(name: str) -> Callable[[hitl.Request], Any]:
        return lambda request: asked.append(name) or hitl.NO_ANSWER

    session = run(asking("?"), hitl.policy("a", answer=passes("a")), hitl.policy("b", answer=passes("b")))
    assert session.status == "waiting"
    assert asked == ["a", "b"]
    session.answer("mine")
    assert session.wait(60) == {"log": ["mine"]}
    assert session.decisions[0].policy is None


def test_each_policy_is_asked_once_about_each_request() -> None:
    asked: list[str] = []
    count = hitl.policy("count", answer=lambda request: asked.append(request.key) or hitl.NO_ANSWER)
    session = hitl.run(graphs.parallel(), {"log": []}, policies=[count])
    assert session._run.at_rest.wait(60)
    for key, answer in (("once", "1"), ("typed", {"value": 7}), ("twice", "2"), ("twice", "3")):
        session.answer(answer, to=key)
    session.wait(60)
    assert sorted(asked) == ["once", "twice", "twice", "typed"]


def test_a_policy_is_for_its_nodes() -> None:
    session = hitl.run(graphs.parallel(), {"log": []}, policies=[hitl.policy(node=["once", "twice"], answer="policy")])
    session.answer({"value": 7}, to="typed")
    assert session.wait(60)["log"].count("policy") == 3
    assert [decision.by for decision in session.decisions].count("policy") == 3


def test_an_answer_that_does_not_fit_leaves_the_question_open_with_the_refusal_on_the_card() -> None:
    session = run(asking("How many?", schema=int), hitl.policy("words", node="ask", answer="many"))
    assert session.status == "waiting"
    assert card(session)["error"].startswith("The answer of the policy “words” does not fit.")
    session.answer(0)
    assert session.wait(60) == {"log": [0]}


def test_an_answer_that_only_the_graphs_own_type_refuses_is_not_given_twice() -> None:
    asked: list[hitl.Request] = []

    def thirteen(request: hitl.Request) -> Any:
        asked.append(request)
        return {"value": 13}

    session = run(asking("How much?", schema=graphs.Amount), hitl.policy(answer=thirteen))
    assert session.status == "waiting"
    assert "thirteen is unlucky" in str(card(session))
    assert len(session.decisions) == 0
    assert len(asked) == 1


def test_a_function_that_raises_is_named_and_a_person_is_asked() -> None:
    def fails(request: hitl.Request) -> Any:
        raise ConnectionError("no route")

    session = run(asking("?"), hitl.policy(answer=fails))
    assert session.status == "waiting"
    [notice] = [one for one in session._run.notices if "fails" in one]
    assert notice == "The policy “fails” failed for 'ask', so a person is asked: ConnectionError: no route"


def test_what_is_said_of_a_secret_stays_out_of_the_notices() -> None:
    def node(state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask("Password?", str, format="password")]}

    def quotes(request: hitl.Request) -> Any:
        raise ValueError("hunter2 is no password")

    session = run(graphs.chain(graphs.Log, {"ask": node}), hitl.policy(answer=quotes))
    assert session.status == "waiting"
    assert not any("hunter2" in notice for notice in session._run.notices)


def test_the_card_says_which_policy_is_asked_and_a_person_may_be_faster() -> None:
    reached, gate = threading.Event(), threading.Event()

    def slow(request: hitl.Request) -> str:
        reached.set()
        assert gate.wait(60)
        return "slow"

    session = hitl.run(asking("?"), {}, policies=[hitl.policy(answer=slow)])
    assert reached.wait(60)
    assert card(session)["asking"] == "slow"
    session.answer("quick")
    gate.set()
    assert session.wait(60) == {"log": ["quick"]}
    assert [(decision.by, decision.policy) for decision in session.decisions] == [("code", None)]


def test_a_person_is_asked_what_a_policy_got_wrong_while_another_policy_takes_its_time() -> None:
    reached, gate = threading.Event(), threading.Event()

    def slow(request: hitl.Request) -> str:
        reached.set()
        assert gate.wait(60)
        return "slow"

    asking_both = {"first": lambda _: {"log": [hitl.ask("how many?", int)]}, "then": graphs.asks("what?")}
    policies = [hitl.policy(node="first", answer="no number"), hitl.policy(node="then", answer=slow)]
    session = hitl.run(graphs.fan_out(graphs.Log, asking_both, lambda _: {}), {}, policies=policies)
    assert reached.wait(60)
    assert [one.request.node for one in shown_of(session._run)] == ["first", "then"]
    session.answer(3, to="first")
    gate.set()
    assert session.wait(60) == {"log": [3, "slow"]}


def test_a_run_that_is_stopped_takes_no_answer_from_a_policy() -> None:
    reached, gate = threading.Event(), threading.Event()

    def slow(request: hitl.Request) -> Any:
        reached.set()
        assert gate.wait(60)
        return hitl.NO_ANSWER

    never: list[hitl.Request] = []
    second = hitl.policy("second", answer=never.append)
    session = hitl.run(asking("?"), {}, policies=[hitl.policy(answer=slow), second])
    assert reached.wait(60)
    session.stop()
    gate.set()
    assert session._run.ended.wait(60)
    assert session.status == "stopped"
    assert never == []


def test_a_thread_that_is_attached_is_answered_too(tmp_path: Any) -> None:
    path = tmp_path / "runs.sqlite"
    graph = asking("?")
    first = run(graph, thread_id="t", save=path)
    assert first.status == "waiting"
    second = hitl.attach(graph, "t", save=path, policies=[hitl.policy(node="ask", answer="policy")])
    assert second.wait(60) == {"log": ["policy"]}


def test_who_watches_is_told_when_a_thread_is_attached_that_only_waits(tmp_path: Any) -> None:
    path = tmp_path / "runs.sqlite"
    run(asking("?"), thread_id="t", save=path)
    gate = threading.Event()

    def slow(request: hitl.Request) -> Any:
        gate.wait(60)
        return hitl.NO_ANSWER

    session = hitl.attach(asking("?"), "t", save=path, policies=[hitl.policy(answer=slow)])
    told: list[str] = []
    at_rest = threading.Event()

    def listen() -> None:
        told.append(session.status)
        if session.status == "waiting":
            at_rest.set()

    session._run.listeners.append(listen)
    gate.set()
    assert at_rest.wait(60), told


def test_what_another_session_makes_the_thread_ask_is_answered_too(tmp_path: Any) -> None:
    path = tmp_path / "runs.sqlite"
    graph = graphs.chain(graphs.Log, {"first": graphs.asks("1?"), "second": graphs.asks("2?")})
    here = hitl.run(graph, {}, thread_id="t", save=path, policies=[hitl.policy(node="second", answer="policy")])
    assert here._run.at_rest.wait(60)
    there = hitl.attach(graph, "t", save=path)
    assert there._run.at_rest.wait(60)
    there.answer("there")
    assert there._run.at_rest.wait(60)
    with pytest.raises(hitl.StaleAnswerError):
        here.answer("late")
    assert here._run.ended.wait(60)
    assert here.values["log"] == ["there", "policy"]


def test_a_run_without_an_input_asks_a_person_for_it() -> None:
    asked: list[hitl.Request] = []
    policies = [hitl.policy(answer=asked.append), hitl.policy(timeout=0.01)]
    session = hitl.run(graphs.three_questions(), policies=policies)
    assert session._run.at_rest.wait(60)
    session.always("search")
    assert (session.status, len(session._display.widget.cards)) == ("idle", 1)
    assert asked == []


def test_a_recording_of_a_functions_answer_replays_it(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    session = run(asking("?"), hitl.policy(answer=lambda request: hitl.Answer("x", reason="why")))
    session.wait(60)
    session.decisions.to_json(tmp_path / "a.json")
    again = run(asking("?"), unattended=tmp_path / "a.json")
    assert again.wait(60) == {"log": ["x"]}
    assert (again.decisions[0].by, again.decisions[0].reason) == ("unattended", "why")


# ---------------------------------------------------------------- models


def says(**answer: Any) -> ScriptedModel:
    """A model that fills in the answer's schema."""
    return ScriptedModel(script=[calls(("answer_for_the_person", answer))])


def told(model: ScriptedModel) -> tuple[str, dict[str, Any]]:
    """What a model read, and the schema of what it was to say."""
    [(messages, [tool])] = model.heard
    return "\n".join(message.text for message in messages), tool["function"]["parameters"]


def model_policy(model: Any, **options: Any) -> hitl.Policy:
    return hitl.policy(model=model, instructions="Be kind.", **options)


@drivers
@pytest.mark.parametrize(
    ("schema", "value"), [(int, 0), (bool, False), (str, ""), (list[str], []), (dict[str, int], {}), (int | None, None)]
)
def test_a_model_answers_with_a_value_of_the_schema(on_loop: bool, schema: Any, value: Any) -> None:
    model = says(answer=value, reason="It is written.")
    session = run(asking("What?", schema=schema, on_loop=on_loop), model_policy(model))
    assert session.wait(60) == {"log": [value]}
    [decision] = session.decisions
    assert (decision.by, decision.policy, decision.reason) == ("policy", "ScriptedModel", "It is written.")
    text, parameters = told(model)
    assert "Be kind." in text
    assert "Question: What?" in text
    assert "answer" in parameters["properties"]
    assert "leave_to_person" in parameters["required"]


def test_a_model_reads_what_the_card_shows() -> None:
    payload = {"question": "Send it?", "description": "To Ada.", "draft": "Dear {Ada}", "api": {"key": [1]}}
    model = says(answer="yes", reason="")
    run(asking(payload), model_policy(model))
    text, _ = told(model)
    for part in ("Question: Send it?", "To Ada.", "Draft: Dear {Ada}", '"key"'):
        assert part in text


def quotes_a_secret() -> Any:
    def quote(state: Any) -> dict[str, Any]:
        [token] = state["log"]
        use = {"question": f"Use {token} now?", "note": f"it is {token}", "options": [f"use {token}", "no"]}
        return {"log": [interrupt(use)]}

    token = {"ask": lambda state: {"log": [hitl.ask("Token?", secret=True)]}}
    return graphs.chain(graphs.Log, {**token, "quote": quote})


@pytest.mark.parametrize("again", [False, True], ids=["this kernel's", "an earlier kernel's"])
def test_a_model_is_told_no_secret_that_a_question_quotes(again: bool, tmp_path: Path) -> None:
    model, file = says(answer="no", reason="It is a secret."), tmp_path / "runs.sqlite"
    session = run(quotes_a_secret(), *[] if again else [model_policy(model)], thread_id="t", save=file)
    session.answer("hunter2-hunter2")
    if again:
        assert session._run.at_rest.wait(60)
        session.close()
        session = hitl.attach(quotes_a_secret(), "t", save=file, policies=[model_policy(model)])
    assert session.wait(60)["log"] == ["hunter2-hunter2", "no"]
    assert "Use •••••• now?" in told(model)[0]
    assert "hunter2" not in repr(told(model))


@pytest.mark.parametrize("secret", ["string", "object", "type", "answer", "anyOf"])
def test_a_secret_that_is_a_word_of_json_schema_leaves_a_model_its_schema(secret: str) -> None:
    class Order(BaseModel):
        item: str = Field(description=f"as {secret}")

    token = {"token": lambda state: {"log": [hitl.ask("Token?", secret=True)]}}
    order = {"order": lambda state: {"log": [hitl.ask("Order?", Order).item]}}
    model = says(answer={"item": "tea"}, reason="")
    session = run(graphs.chain(graphs.Log, {**token, **order}), model_policy(model))
    session.answer(secret)
    assert session.wait(60)["log"] == [secret, "tea"]
    [item] = told(model)[1]["properties"]["answer"]["properties"].values()
    assert (item["type"], item["description"]) == ("string", "as ••••••")


def test_a_bound_that_is_a_secret_is_left_out_of_the_schema_that_a_model_gets() -> None:
    pin = {"pin": lambda state: {"log": [hitl.ask("PIN?", secret=True)]}}
    days = {"days": lambda state: {"log": [str(hitl.ask("Days?", int, ge=1, le=30))]}}
    model = says(answer=7, reason="")
    session = run(graphs.chain(graphs.Log, {**pin, **days}), model_policy(model))
    session.answer("30")
    assert session.wait(60)["log"] == ["30", "7"]
    answer = told(model)[1]["properties"]["answer"]
    assert (answer["minimum"], "maximum" in answer) == (1, False)


def test_a_model_is_not_told_a_short_secret_that_a_call_is_given() -> None:
    def search(state: Any) -> dict[str, Any]:
        call = {"type": "tool_approval", "name": "search", "args": {"query": "cats", "pin": state["log"][0]}}
        return {"log": [str(interrupt(call))]}

    pin = {"pin": lambda state: {"log": [hitl.ask("PIN?", secret=True)]}}
    model = says(answer={"type": "reject"}, reason="")
    session = run(graphs.chain(graphs.Log, {**pin, "search": search}), model_policy(model))
    session.answer("abc")
    session._run.at_rest.wait(60)
    assert "query: cats" in told(model)[0]
    assert "pin: ••••••" in told(model)[0]


@pytest.mark.parametrize("secret", ["approve", "accept", "type", "reason"])
def test_a_secret_that_is_the_name_of_a_decision_leaves_a_model_its_decisions(secret: str) -> None:
    def search(state: Any) -> dict[str, Any]:
        return {
            "log": [str(interrupt({"type": "tool_approval", "name": "search", "args": {"query": state["log"][0]}}))]
        }

    token = {"token": lambda state: {"log": [hitl.ask("Token?", secret=True)]}}
    model = says(answer={"type": "approve"}, reason="")
    session = run(graphs.chain(graphs.Log, {**token, "search": search}), model_policy(model))
    session.answer(secret)
    assert session.wait(60)["log"] == [secret, "{'type': 'approve'}"]
    assert "query: ••••••" in told(model)[0]
    branches = told(model)[1]["properties"]["answer"]["anyOf"]
    assert "approve" in {branch["properties"]["type"]["const"] for branch in branches}


class Item(BaseModel):
    name: str
    parts: list[Item] = []


class Order(BaseModel):
    first: Item
    second: Item


def test_a_model_gets_the_schema_of_nested_and_recursive_models() -> None:
    answer = {"first": {"name": "a", "parts": [{"name": "b", "parts": []}]}, "second": {"name": "c", "parts": []}}
    model = says(answer=answer, reason="")
    session = run(asking("Order?", schema=Order), model_policy(model))
    assert session.wait(60)["log"] == [Order.model_validate(answer)]
    _, parameters = told(model)
    assert hitl.Control.form(parameters).accept({"reason": "", "leave_to_person": False, "answer": answer})
    with pytest.raises(hitl.InvalidAnswerError):
        hitl.Control.form(parameters).accept({"reason": "", "leave_to_person": False, "answer": {"first": 3}})


def test_a_model_may_leave_the_question_to_a_person() -> None:
    model = says(leave_to_person=True, answer="ignored", reason="not covered")
    session = run(asking("?"), model_policy(model))
    assert session.status == "waiting"
    assert len(session.decisions) == 0


def test_a_model_that_says_nothing_of_use_leaves_it_to_a_person() -> None:
    session = run(asking("?"), model_policy(ScriptedModel(script=[AIMessage("I would rather talk.")])))
    assert session.status == "waiting"


def test_a_models_answer_that_does_not_fit_is_refused_on_the_card() -> None:
    session = run(asking("How many?", schema=int), model_policy(says(answer="many", reason="")))
    assert session.status == "waiting"
    assert card(session)["error"].startswith("The answer of the policy “ScriptedModel” does not fit.")


@pytest.mark.parametrize("mode", ["per_call", "batched"])
def test_a_model_decides_about_a_call(mode: str) -> None:
    decision = {"type": "reject", "message": "too broad"}
    model = says(answer=decision, reason="Too broad.")
    graph = agent(mode, ("search", {"query": "cats"}))
    session = hitl.run(graph, {"messages": [("user", "go")]}, policies=[model_policy(model)])
    assert heard(session)[0] == "User rejected the tool call for `search` with reason: too broad"
    text, parameters = told(model)
    assert "1. search" in text
    assert "query: cats" in text
    kinds = {branch["properties"]["type"]["const"] for branch in parameters["properties"]["answer"]["anyOf"]}
    assert kinds == {"approve", "edit", "reject", "respond"}
    assert session.decisions[0].reason == "Too broad."


def test_a_model_decides_about_a_batch() -> None:
    decisions = [{"type": "approve"}, {"type": "reject", "message": "no"}]
    graph = agent("batched", ("search", {"query": "a"}), ("delete", {"path": "b"}))
    session = hitl.run(
        graph, {"messages": [("user", "go")]}, policies=[model_policy(says(answer=decisions, reason="ok"))]
    )
    heard(session)
    assert [name for name, _ in RAN] == ["search"]
    assert session.decisions[0].policy == "ScriptedModel"


def test_a_model_is_never_asked_for_a_secret() -> None:
    def node(state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask("Password?", str, format="password", default="hunter2")]}

    model = says(answer="guess", reason="")
    session = run(graphs.chain(graphs.Log, {"ask": node}), model_policy(model))
    assert session.status == "waiting"
    assert model.heard == []


def test_a_model_does_not_read_the_secret_arguments_of_a_call() -> None:
    model = says(answer={"type": "approve"}, reason="")
    # Of the two modes the one whose request carries the tool's schema, which says that it is a secret.
    graph = agent("per_call", ("log_in", {"user": "ada", "password": "hunter2"}))
    session = hitl.run(graph, {"messages": [("user", "go")]}, policies=[model_policy(model)])
    assert session._run.at_rest.wait(60)
    assert session.status == "waiting"
    assert model.heard == []


def test_a_model_is_not_asked_at_a_breakpoint() -> None:
    model = says(answer=True, reason="")
    session = run(asking("?"), model_policy(model), interrupt_before=["ask"])
    assert session.requests[0].kind == "breakpoint"
    assert model.heard == []


class PlainModel(ScriptedModel):
    """A model that can call no tools."""

    text: str

    def with_structured_output(self, *args: Any, **options: Any) -> Any:
        raise NotImplementedError

    def _generate(self, messages: Any, *args: Any, **options: Any) -> ChatResult:
        self.heard.append((messages, []))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.text))])


def test_a_model_without_tools_answers_in_json() -> None:
    model = PlainModel(script=[], text='Of course:\n```json\n{"answer": 0, "reason": "{none}"}\n```')
    session = run(asking("How many?", schema=int), model_policy(model))
    assert session.wait(60) == {"log": [0]}
    [(messages, _)] = model.heard
    assert '"leave_to_person"' in messages[-1].text


def test_a_model_that_rambles_is_named_and_a_person_is_asked() -> None:
    session = run(asking("?"), model_policy(PlainModel(script=[], text="Yes {and} no")))
    assert session.status == "waiting"
    assert any("ScriptedModel" in notice or "PlainModel" in notice for notice in session._run.notices)
