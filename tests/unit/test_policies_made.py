"""What a policy is made of: what `hitl.policy` takes, how it is named, where two decide at once."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.driver.thread import complete
from hitl_widgets.policies import answering, predecided

from . import graphs
from .agents import RAN, agent
from .deciding import control_of
from .test_policies import THREE, modes, run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "hitl.policy takes tool="),
        ({"name": 3, "tool": "a"}, "name is a text"),
        ({"tool": ""}, "name of a tool"),
        ({"tool": []}, "tool= is empty"),
        ({"tool": "a", "timeout": 3}, "say what happens then"),
        ({"answer": True}, "answer=True would answer every question"),
        ({"timeout": 3, "reason": "x"}, "reason= goes with"),
        ({"timeout": True}, "seconds or a timedelta"),
        ({"model": object(), "instructions": "x"}, "a LangChain chat model, not object"),
        ({"model": object()}, "go together"),
        ({"instructions": "x", "timeout": 3}, "go together"),
        ({"tool": "a", "when": 3}, "when= takes a plain function"),
    ],
)
def test_a_policy_that_says_nothing_is_refused_with_the_way_out(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError) as refused:
        hitl.policy(**arguments)
    assert says in str(refused.value)


def test_a_timeout_is_more_than_nothing() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        hitl.policy(timeout=0)
    with pytest.raises(ValueError, match="more than 0"):
        hitl.policy(timeout=float("nan"))


def test_an_async_predicate_approves_nothing() -> None:
    async def yes(call: hitl.Call) -> bool:
        return False

    with pytest.raises(TypeError, match="plain function"):
        hitl.policy(tool="search", when=yes)
    hidden = hitl.policy(tool="search", when=functools.partial(lambda function, call: function(call), yes))
    session = run(agent("batched", ("search", {"query": "a"})), hidden)
    assert session.status == "waiting"
    assert any("not an async one" in notice for notice in session._run.notices)


def test_policies_takes_policies() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")})
    with pytest.raises(TypeError, match=r"hitl.policy\(answer=that_function\)"):
        hitl.run(graph, {}, policies=[lambda request: True])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="takes a list"):
        hitl.run(graph, {}, policies=hitl.policy(tool="a"))  # type: ignore[arg-type]


def test_a_name_says_what_a_policy_does() -> None:
    made = [
        hitl.policy(tool=["b", "a"]),
        hitl.policy(tool="a", answer=False, timeout=90),
        hitl.policy(tool="a", answer={"type": "respond", "message": "x"}),
        hitl.policy(node="ask", answer=1),
        hitl.policy(answer=test_a_name_says_what_a_policy_does),
        hitl.policy(timeout=float("inf")),
    ]
    assert [policy.name for policy in made] == [
        "approve a, b",
        "reject a after 90 s",
        "decide about a",
        "answer for ask",
        "test_a_name_says_what_a_policy_does",
        "default after its own deadline",
    ]


def test_the_protocol_has_the_shape_of_what_is_sent() -> None:
    session = run(agent("batched", *THREE), hitl.policy(tool="search"))
    control_of(session)


def test_code_that_fails_on_what_a_policy_answers_leaves_the_question_to_a_person() -> None:
    """What reads an edit may be the parser of a control of one's own."""

    def strict(value: Any) -> Any:
        return {"query": value["no such key"]}

    registry = hitl.controls.copy()

    @registry.register(tool="search")
    def search(_request: Any) -> hitl.Control:
        form = hitl.Control.form({"type": "object", "properties": {"query": {"type": "string"}}})
        return replace(form, parse=strict)

    edit = {"type": "edit", "edited_action": {"name": "search", "args": {"query": "b"}}}
    session = hitl.run(
        agent("batched", ("search", {"query": "a"}), ("delete", {"path": "c"})),
        {"messages": [("user", "go")]},
        controls=registry,
        policies=[hitl.policy("editor", tool="search", answer=edit)],
    )
    assert session._run.at_rest.wait(60)
    assert (session.status, session.error) == ("waiting", None)
    assert any("editor" in notice and "KeyError" in notice for notice in session._run.notices)
    session.stop()


def test_two_policies_that_decide_at_once_both_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Always approve, clicked while a slower policy is about to decide on another call of the same card."""
    session = hitl.run(
        agent("batched", ("search", {"query": "a"}), ("delete", {"path": "c"}), ("pay", {"amount": 1})),
        {"messages": [("user", "go")]},
    )
    assert session._run.at_rest.wait(60)
    [pending] = session._run.pending
    made = predecided.predecided
    between: list[str] = []

    def interrupted(control: Any, policy: str, answers: Any) -> Any:
        decided = made(control, policy, answers)
        if not between:
            between.append(policy)
            complete(answering.ask_policies(session._run))
        return decided

    monkeypatch.setattr(predecided, "predecided", interrupted)
    session._run.policies = (hitl.policy("one", tool="search"), hitl.policy("two", tool="delete"))
    complete(answering.ask_policies(session._run))
    assert between == ["one"]
    view: Any = pending.control.view
    assert [item.get("policy") for item in view["items"]] == ["one", "two", None]
    session.stop()


@modes
@pytest.mark.parametrize("approved", [True, False])
def test_a_policy_decides_about_a_call_that_is_shown_by_a_widget_of_ones_own(mode: str, approved: bool) -> None:
    widgets = pytest.importorskip("ipywidgets")
    registry = hitl.controls.copy()
    registry.register(tool="search")(lambda _: widgets.Text())
    session = run(
        agent(mode, ("search", {"query": "a"})), hitl.policy(tool="search", answer=approved), controls=registry
    )
    session.wait(60)
    assert [(decision.by, decision.approved) for decision in session.decisions] == [("policy", approved)]
    assert bool(RAN) is approved


def test_a_policy_decides_about_a_function_that_is_shown_by_a_widget_of_ones_own() -> None:
    widgets = pytest.importorskip("ipywidgets")
    registry = hitl.controls.copy()
    registry.register(tool="pay")(lambda _: widgets.Text())

    @hitl.approve
    def pay(amount: int) -> str:
        return f"paid {amount}"

    graph = graphs.chain(graphs.Log, {"pay": lambda _: {"log": [pay(4)]}})
    session = run(graph, hitl.policy(tool="pay"), input={}, controls=registry)
    assert session.wait(60) == {"log": ["paid 4"]}
