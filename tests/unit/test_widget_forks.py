"""Forks in the view: what the browser sends, and what it is told of them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import SecretStr, TypeAdapter
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets import protocol
from hitl_widgets.running.forks.forked import Fork

from ..waiting import at_rest, until
from . import agents, graphs
from .test_widget import Browser


class State(TypedDict, total=False):
    token: SecretStr
    name: str


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch) -> Browser:
    session = hitl.run(graphs.three_questions(), {"request": "refund"})
    for answer in (True, "here", 5):
        session.answer(answer)
    session.wait(60)
    return Browser(session, monkeypatch)


def only(browser: Browser, **what: Any) -> Any:
    """The fork that the view shows, once it is as said."""
    return until(
        lambda: next((one for one in browser.widget.forks if what.items() <= one.items()), None),
        f"no fork {what}: {browser.widget.forks}",
    )


def looked(browser: Browser, at: Any) -> Any:
    browser.send({"type": "look", "client": "c1", "id": len(browser.told), "at": at})
    return until(lambda: next((m for m in browser.told if m["type"] == "fetched"), None), "nothing was told")


@pytest.mark.parametrize("mode", ["per_call", "batched"])
def test_a_fork_where_a_call_was_decided_about_is_named_after_that_and_not_after_the_agent_s_node(mode: str) -> None:
    session = agents.start(agents.agent(mode, ("pay", {"amount": 5})))
    waiting = session.fork(session.requests[0])
    assert waiting._run.at_rest.wait(60)
    session.answer(True)
    session.wait(60)
    other = session.fork(session.decisions[0], answer=False)
    other.wait(60)
    assert [fork.label for fork in session._run.forks] == ["Run pay? → …", "Run pay? → Rejected"]


def test_a_decision_is_answered_differently_from_the_view(finished: Browser) -> None:
    finished.send({"type": "fork", "client": "c1", "decision": 1, "pause": False})
    fork = only(finished, status="waiting")
    TypeAdapter(list[protocol.ForkView]).validate_python(finished.widget.forks, strict=True)
    assert (fork["name"], fork["kind"], fork["label"], fork["waits_for"]) == (
        "Fork 1", "answer", "address → …", ["address"],
    )  # fmt: skip
    [session] = finished.session.forks
    session.answer("there")
    assert only(finished, waits_for=["budget"])["label"] == "address → there"
    assert finished.session.values["address"] == "here"


def test_what_a_policy_has_answered_is_answered_differently_by_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(_state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask(f"{word}?", str) for word in ("One", "Two")]}

    policies = [hitl.policy(when=lambda request: True, answer=lambda request: f"{request.payload['question']} Yes.")]
    session = hitl.run(graphs.chain(graphs.Log, {"ask": ask, "more": ask}), {}, policies=policies)
    assert session.wait(60) == {"log": ["One? Yes.", "Two? Yes."] * 2}
    browser = Browser(session, monkeypatch)
    browser.send({"type": "fork", "client": "c1", "decision": 0, "pause": False})
    only(browser, status="waiting")
    [fork] = session.forks
    view: Any = fork._run.pending[0].control.view
    assert view["field"]["default"] == "One? Yes."
    fork.answer("No.")
    # The next question of the same node is none that somebody wanted to answer.
    assert fork.wait(60) == {"log": ["No.", "Two? Yes.", "One? Yes.", "Two? Yes."]}
    assert [decision.by for decision in fork.decisions] == ["code", "policy", "policy", "policy"]


@pytest.mark.parametrize("mode", ["per_call", "batched"])
def test_what_a_policy_has_approved_is_asked_of_a_person(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = agents.agent(mode, ("search", {"query": "a"}), ("delete", {"path": "b"}))
    policies = [hitl.policy(tool="search"), hitl.policy(tool="delete")]
    session = hitl.run(graph, {"messages": [("user", "go")]}, policies=policies)
    agents.heard(session)
    browser = Browser(session, monkeypatch)
    browser.send({"type": "fork", "client": "c1", "decision": 0, "pause": False})
    only(browser, status="waiting")
    [fork] = session.forks
    view: Any = fork._run.pending[0].control.view
    assert [item["title"] for item in view["items"]] == (["search"] if mode == "per_call" else ["search", "delete"])
    assert not any("policy" in item for item in view["items"])
    fork.stop()


def test_the_tabs_of_forks_are_there_in_a_notebook_that_was_saved_before_anybody_looked(finished: Browser) -> None:
    finished.widget._push()
    assert finished.widget.inside == ""
    finished.session.fork(0, pause=True)
    until(lambda: finished.widget.forks, "no fork is shown")
    finished.widget._push()
    assert finished.widget.inside


def test_a_fork_gets_its_one_view_when_it_is_looked_at(finished: Browser) -> None:
    fork = finished.session.fork(0)
    shown = only(finished, name="Fork 1", status="waiting")
    assert "view" not in shown
    finished.send({"type": "open_fork", "client": "c1", "fork": fork._run.name})
    shown = until(lambda: next((one for one in finished.widget.forks if "view" in one), None), "no view")
    widget = fork._display.widget  # type: ignore[union-attr]
    assert shown["view"] == f"anywidget:{widget.model_id}"
    assert widget.run["name"] == "Fork 1"
    assert finished.widget.run.get("name") is None
    finished.send({"type": "open_fork", "client": "c1", "fork": "of nobody"})
    inner = fork.fork(0)
    assert until(lambda: widget.forks, "no fork of the fork")[0]["name"] == "Fork 1.1"
    assert inner is fork.forks[0]


def test_a_view_goes_on_when_a_fork_that_was_looked_at_in_it_is_closed(finished: Browser) -> None:
    look: Any = {"type": "open_fork", "client": "c1"}
    fork = finished.session.fork(0)
    only(finished, status="waiting")
    finished.send(look | {"fork": fork._run.name})
    until(lambda: "view" in only(finished), "it has no view")
    fork.close()
    assert "view" not in only(finished, status="stopped")
    finished.send(look | {"fork": fork._run.name})
    until(lambda: "view" in only(finished), "it has none any more")


def test_a_closed_fork_that_is_looked_at_again_goes_with_the_run_around_it(finished: Browser) -> None:
    fork = finished.session.fork(0)
    only(finished, status="waiting")
    fork._display.in_a_cell()  # type: ignore[union-attr]
    fork.close()
    finished.send({"type": "open_fork", "client": "c1", "fork": fork._run.name})
    until(lambda: "view" in only(finished), "it has no view")
    view = fork._display.widget  # type: ignore[union-attr]
    assert view.comm is not None
    finished.session.close()
    assert view.comm is None


def test_a_step_is_forked_with_its_state_as_a_form(finished: Browser) -> None:
    finished.send({"type": "fork", "client": "c1", "step": 2, "pause": True})
    fork = only(finished, status="waiting")
    assert (fork["kind"], fork["label"]) == ("state", "from step 2 (ask_budget)")
    [session] = finished.session.forks
    assert session.requests[0].kind == "breakpoint"


def test_what_cannot_be_done_is_a_notice(finished: Browser) -> None:
    finished.send({"type": "fork", "client": "c1", "step": 99, "pause": True})
    until(lambda: any("no step 99" in one for one in finished.widget.run["notices"]), "no notice")
    assert finished.widget.forks == []
    finished.session.follow_up()
    until(lambda: finished.widget.cards, "no card")
    finished.send({"type": "follow_up", "client": "c1"})
    until(lambda: any("Only a finished session" in one for one in finished.widget.run["notices"]), "no notice")


def test_a_run_starts_again_and_goes_on_from_the_view(finished: Browser) -> None:
    finished.send({"type": "restart", "client": "c1"})
    assert only(finished, kind="restart", status="waiting")["label"] == "the same input"
    finished.send({"type": "follow_up", "client": "c1"})
    [card] = until(lambda: finished.widget.cards, "no card")
    assert card["key"] == "input"
    finished.answer(card["request"], {"request": "second"})
    assert finished.card("approved")
    assert finished.session.values["request"] == "second"


def test_where_a_fork_parts_is_told(finished: Browser) -> None:
    fork = finished.session.fork(finished.session.decisions[2], answer=6)
    fork.wait(60)
    told = looked(finished, {"kind": "comparison", "fork": fork._run.name})["data"]
    TypeAdapter(protocol.ComparisonView).validate_python(told, strict=True)
    assert (told["words"], told["before"], told["parts_at"]) == ("The two runs part at step 2 (ask_budget).", 0, 2)
    assert [pair["same"] for pair in told["pairs"]] == [True, True, False]
    assert told["keys"] == [{"key": "budget", "ours": "5.0", "theirs": "6.0"}]
    assert told["same"] == ["address", "approved", "request"]


def test_a_long_run_is_compared_from_shortly_before_it_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    def count(state: Any) -> Any:
        return {"amount": state.get("amount", 0) + 1}

    nodes = {f"n{n}": count for n in range(80)}
    graph = graphs.chain(graphs.Log, {**{f"a{n}": count for n in range(10)}, "ask": graphs.asks("?"), **nodes})
    browser = Browser(hitl.run(graph, {}, config={"recursion_limit": 200}), monkeypatch)
    browser.session.answer(1)
    browser.session.wait(60)
    fork = browser.session.fork(browser.session.decisions[0], answer=2)
    fork.wait(60)
    told = looked(browser, {"kind": "comparison", "fork": fork._run.name})["data"]
    assert (told["before"], told["parts_at"], len(told["pairs"]), told["after"]) == (7, 3, 60, 24)


def test_of_no_fork_nothing_is_told(finished: Browser) -> None:
    told = looked(finished, {"kind": "comparison", "fork": "of nobody"})
    assert told["error"] == "There is no such fork of this run."


def test_a_secret_is_in_nothing_that_is_told_of_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graphs.chain(State, {"log_in": hitl.ask_node("token", "Token?"), "ask": hitl.ask_node("name", "Who?")})
    browser = Browser(hitl.run(graph, {}, save=InMemorySaver()), monkeypatch)
    browser.session.answer("hunter2")
    browser.session.answer("Ada")
    browser.session.wait(60)
    fork = browser.session.fork(browser.session.decisions[0], answer="hunter3")
    assert fork._run.at_rest.wait(60)
    told = looked(browser, {"kind": "comparison", "fork": fork._run.name})
    browser.send({"type": "open_fork", "client": "c1", "fork": fork._run.name})
    state = {**browser.widget.get_state(), **fork._display.widget.get_state()}  # type: ignore[union-attr]
    text = json.dumps([told, state], default=str)
    assert "hunter" not in text
    assert only(browser, label="token → ••••••")
    again = browser.session.fork(browser.session.decisions[0])
    assert again._run.at_rest.wait(60)
    view: Any = again._run.pending[0].control.view
    assert view["field"].get("default") is None


def test_the_first_run_is_told_only_what_it_shows_of_a_fork(finished: Browser) -> None:
    told: list[Any] = []
    finished.session._run.listeners.append(lambda: told.append(None))

    def count(state: Any) -> Any:
        return {"amount": state.get("amount", 0) + 1}

    graph = graphs.chain(graphs.Log, {f"n{n}": count for n in range(50)})
    session = hitl.run(graph, {}, config={"recursion_limit": 200})
    session.wait(60)
    told.clear()
    session._run.listeners.append(lambda: told.append(None))
    again = session.restart()
    again.wait(60)
    assert isinstance(session._run.forks[0], Fork)
    assert 1 <= len(told) < 10


def nested_order(**options: Any) -> Any:
    nodes = {"ask_budget": hitl.ask_node("budget", "Budget?"), "ask_address": hitl.ask_node("address", "Where to?")}
    inner = graphs.chain(graphs.Order, nodes, **options)
    return graphs.chain(graphs.Order, {"order": inner, "send": lambda _state: {"approved": True}})


def row_inside(browser: Browser, node: str) -> Any:
    def found() -> Any:
        rows: Any = browser.widget.timeline["latest"]
        return [one for one in rows if one["kind"] == "step" and one["path"] and one["nodes"][0]["name"] == node]

    [row] = until(found, "no row")
    TypeAdapter(protocol.StepRow).validate_python(row, strict=True)
    return row


def test_a_step_of_a_nested_graph_is_forked_with_its_own_state_as_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(nested_order(), {"request": "refund"})
    session.answer(5)
    session.answer("here")
    session.wait(60)
    browser = Browser(session, monkeypatch)
    row = row_inside(browser, "ask_address")
    assert (row["step"], row["path"], row["can_fork"]) == (None, ["order"], True)
    browser.send({"type": "fork", "client": "c1", "task": row["tasks"][0]["id"], "pause": True})
    fork = only(browser, status="waiting")
    assert (fork["kind"], fork["label"]) == ("state", "from step 0.1 (order › ask_address)")
    [other] = session.forks
    [request] = other.requests
    assert (request.kind, request.path) == ("breakpoint", ("order", "ask_address"))
    view: Any = other._run.pending[0].control.view
    filled = {one["name"]: one["field"].get("default") for one in view["field"]["fields"]}
    assert (filled["request"], filled["budget"], filled.get("address")) == ("refund", 5.0, None)
    other.answer({"update": {"budget": 7}})
    assert other._run.at_rest.wait(60)
    other.answer("there")
    assert other.wait(60) == {"request": "refund", "budget": 7.0, "address": "there", "approved": True}
    assert session.values["budget"] == 5.0
    told = looked(browser, {"kind": "comparison", "fork": other._run.name})["data"]
    assert told["words"] == ("The two runs part at step 0 (order), inside of it at step 0.1 (order › ask_address).")


def test_a_step_of_a_nested_graph_that_keeps_nothing_says_why_nothing_starts_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nodes = {
        "double": lambda state: {"budget": state["budget"] * 2},
        "add": lambda state: {"budget": state["budget"] + 1},
    }
    inner = graphs.chain(graphs.Order, nodes, checkpointer=False)
    session = hitl.run(graphs.chain(graphs.Order, {"count": inner}), {"budget": 3.0})
    browser = Browser(session, monkeypatch)
    session.wait(60)
    row = row_inside(browser, "add")
    assert row["can_fork"] is False
    assert "The graph in count keeps no checkpoints" in row["why_not"]
    browser.send({"type": "fork", "client": "c1", "task": row["tasks"][0]["id"], "pause": True})
    until(lambda: any("keeps no checkpoints" in one for one in browser.widget.run["notices"]), "no notice")
    browser.send({"type": "fork", "client": "c1", "task": "of nobody", "pause": True})
    until(lambda: any("no such step any more" in one for one in browser.widget.run["notices"]), "no notice")
    assert browser.widget.forks == []


def test_what_the_nested_graph_did_before_its_step_is_drawn_in_the_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(nested_order(), {"request": "refund"})
    session.answer(5)
    session.answer("here")
    session.wait(60)
    fork = session.fork(session.history[0].inside[1], pause=True)
    browser = Browser(fork, monkeypatch)

    def drawn() -> Any:
        return {
            id: (node["status"], node["runs"]) for id, node in browser.widget.nodes.items() if id.startswith("order")
        }

    before = {"order": ("waiting", 0), "order:ask_budget": ("done", 1), "order:ask_address": ("waiting", 0)}
    until(lambda: drawn() == before, f"not drawn: {drawn()}")
    fork.answer(True)
    assert fork._run.at_rest.wait(60)
    until(lambda: drawn() == before, f"not drawn: {drawn()}")
    fork.answer("there")
    fork.wait(60)
    until(lambda: {status for status, _ in drawn().values()} == {"done"}, f"not drawn: {drawn()}")
    assert {runs for _, runs in drawn().values()} == {1}


def test_a_decision_at_a_nested_breakpoint_and_an_input_are_answered_differently(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = hitl.run(nested_order(interrupt_before=["ask_address"]))
    for answer in ({"request": "refund"}, 5, {"update": {"budget": 6}}, "here"):
        assert session._run.at_rest.wait(60)
        session.answer(answer)
    session.wait(60)
    browser = Browser(session, monkeypatch)
    rows: Any = until(lambda: browser.widget.timeline["latest"], "no rows")
    decided = [one for one in rows if one["kind"] == "decision"]
    assert [(one["path"][-1], one["can_fork"]) for one in decided] == [
        ("__start__", True),
        ("ask_budget", True),
        ("ask_address", True),
        ("ask_address", True),
    ]
    browser.send({"type": "fork", "client": "c1", "decision": decided[2]["index"], "pause": False})
    fork = only(browser, status="waiting")
    assert (fork["kind"], fork["label"], fork["waits_for"]) == ("answer", "ask_address → …", ["ask_address"])
    [other] = session.forks
    [pending] = other._run.pending
    view: Any = pending.control.view
    filled = {one["name"]: one["field"].get("default") for one in view["field"]["fields"]}
    assert (view["kind"], filled["budget"]) == ("breakpoint", 5.0)
    before = {"label": "Answered before", "text": 'update: {"budget": 6.0}', "mono": False}
    assert before in pending.question.context
    other.answer({"update": {"budget": 7}})
    assert other._run.at_rest.wait(60)
    other.answer("there")
    assert other.wait(60)["budget"] == 7.0
    only(browser, label='ask_address → update: {"budget": 7.0}')
    browser.send({"type": "fork", "client": "c1", "decision": 0, "pause": False})
    until(lambda: len(browser.widget.forks) == 2, "no second fork")
    assert session.forks[1]._run.at_rest.wait(60)
    assert [one.kind for one in session.forks[1].requests] == ["input"]


def test_a_fork_s_first_step_says_when_the_fork_has_begun_it(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(graphs.three_questions(), {"request": "refund"})
    for answer in (True, "here", 5):
        session.answer(answer)
    session.wait(60)
    forked_at = time.time()
    fork = at_rest(session.fork(session.decisions[0], answer=True))
    browser = Browser(fork, monkeypatch)
    browser.send({"type": "hello", "client": "c1", "seq": 0})
    past = fork._run.past
    until(lambda: past.is_known and past.readings, "what ran before is not read")
    browser.widget._push()
    began = [step.began for step in fork._run.state.steps]
    assert all(at is not None and at >= forked_at for at in began), (began, forked_at)
