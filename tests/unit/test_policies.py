"""Policies about the calls of tools: by real agents, in every family that asks about calls."""

from __future__ import annotations

import functools
import threading
from dataclasses import replace
from typing import Any

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.driver.thread import complete
from hitl_widgets.policies import answering, predecided
from hitl_widgets.view.project import card_view, decisions_view
from hitl_widgets.view.story import text_story

from . import graphs
from .agents import ALL, RAN, agent, heard, search
from .deciding import click, control_of
from .test_families_inbox import human_interrupt
from .test_widget import until

modes = pytest.mark.parametrize("mode", ["per_call", "batched"])


def run(graph: Any, *policies: hitl.Policy, input: Any = None, **options: Any) -> hitl.Session:
    given = {"messages": [{"role": "user", "content": "go"}]} if input is None else input
    session = hitl.run(graph, given, policies=policies, **options)
    assert session._run.at_rest.wait(10)
    assert session.error is None
    return session


def card(session: hitl.Session) -> Any:
    """What the browser is told of the one pending request."""
    [pending] = session._run.pending
    return card_view(session._display.drawn, pending)


# ---------------------------------------------------------------- one call


@modes
def test_a_policy_approves_each_call_of_its_tool(mode: str) -> None:
    session = run(agent(mode, ("search", {"query": "cats"})), hitl.policy(tool="search"))
    assert heard(session) == ["found 'cats'", "done"]
    [decision] = session.decisions
    assert (decision.by, decision.policy, decision.approved) == ("policy", "approve search", True)
    assert repr(session.decisions) == f"{decision.key}: Approved (policy: approve search)"


@modes
def test_a_policy_rejects_with_its_reason(mode: str) -> None:
    never = hitl.policy("never delete", tool="delete", answer=False, reason="not in this notebook")
    session = run(agent(mode, ("delete", {"path": "/"})), never)
    assert heard(session) == ["User rejected the tool call for `delete` with reason: not in this notebook", "done"]
    assert RAN == []
    [decision] = session.decisions
    assert (decision.text, decision.policy, decision.approved) == (
        "Rejected: not in this notebook",
        "never delete",
        False,
    )


@modes
@pytest.mark.parametrize(("amount", "asked"), [(49, False), (50, True), (0, False)])
def test_a_predicate_sees_the_call(mode: str, amount: int, asked: bool) -> None:
    seen: list[hitl.Call] = []

    def small(call: hitl.Call) -> bool:
        seen.append(call)
        return call.args["amount"] < 50

    session = run(agent(mode, ("pay", {"amount": amount})), hitl.policy("small", tool="pay", when=small))
    assert (session.status == "waiting") is asked
    assert {call.name for call in seen} == {"pay"}
    assert seen[0].request.node
    if asked:
        session.answer(True)
        assert session.decisions[0].policy is None
    heard(session)
    assert [("pay", {"amount": amount})] == RAN


@modes
def test_a_policy_may_decide_by_a_function_of_the_call(mode: str) -> None:
    def judge(call: hitl.Call) -> Any:
        if call.args["query"] == "cats":
            return hitl.Answer(False, reason="no cats")
        return hitl.NO_ANSWER

    session = run(agent(mode, ("search", {"query": "cats"})), hitl.policy(tool=search, answer=judge))
    assert heard(session)[0] == "User rejected the tool call for `search` with reason: no cats"
    passed = run(agent(mode, ("search", {"query": "dogs"})), hitl.policy(tool=search, answer=judge))
    assert passed.status == "waiting"


@modes
def test_a_policy_may_edit_the_call(mode: str) -> None:
    edit = {"type": "edit", "edited_action": {"name": "search", "args": {"query": "dogs"}}}
    session = run(agent(mode, ("search", {"query": "cats"})), hitl.policy("dogs only", tool="search", answer=edit))
    assert heard(session)[0].endswith("found 'dogs'")
    assert session.decisions[0].text == 'Edited: query "cats" → "dogs"'


@modes
def test_what_a_policy_may_not_decide_is_left_to_a_person_with_the_refusal_on_the_card(mode: str) -> None:
    graph = agent(mode, ("search", {"query": "cats"}), allowed={"search": ["approve", "edit"]})
    session = run(graph, hitl.policy("never", tool="search", answer=False))
    assert session.status == "waiting"
    view = card(session)
    assert "The answer of the policy “never” does not fit." in view["error"]
    assert "False stands for nothing here" in str(view)
    assert len(session.decisions) == 0
    session.answer(True)
    assert heard(session)[0] == "found 'cats'"
    assert session.decisions[0].by == "code"


def test_the_first_policy_that_answers_decides() -> None:
    policies = [
        hitl.policy("not mine", tool="delete"),
        hitl.policy("no", tool="search", answer=False),
        hitl.policy("yes", tool="search"),
    ]
    session = run(agent("batched", ("search", {"query": "cats"})), *policies)
    heard(session)
    assert [(one.policy, one.approved) for one in session.decisions] == [("no", False)]
    assert session.policies == tuple(policies)


def test_a_policy_that_raises_is_named_and_a_person_is_asked() -> None:
    broken = hitl.policy("broken", tool="search", when=lambda call: call.args["amount"] < 50)
    session = run(agent("batched", ("search", {"query": "cats"})), broken)
    assert session.status == "waiting"
    [notice] = [one for one in session._run.notices if "broken" in one]
    assert "KeyError: 'amount'" in notice
    assert "a person is asked" in notice


def test_policies_count_where_somebody_can_click_and_before_unattended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "0")
    session = run(agent("batched", ("search", {"query": "cats"})), hitl.policy(tool="search"))
    assert heard(session)[0] == "found 'cats'"
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    both = run(
        agent("batched", ("search", {"query": "a"})), hitl.policy(tool="search"), unattended=lambda request: False
    )
    heard(both)
    assert both.decisions[0].by == "policy"
    other = run(
        agent("batched", ("search", {"query": "a"})), hitl.policy(tool="delete"), unattended=lambda request: False
    )
    heard(other)
    assert other.decisions[0].by == "unattended"


def test_unattended_answers_where_the_answer_of_a_policy_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("How many?", schema=int)})
    session = hitl.run(graph, {}, policies=[hitl.policy(node="ask", answer="many")], unattended={"ask": 0})
    assert session.wait(10) == {"log": [0]}


# ---------------------------------------------------------------- a batch

THREE = (("search", {"query": "a"}), ("delete", {"path": "b"}), ("search", {"query": "c"}))


def test_a_batch_that_policies_decide_wholly_is_no_card() -> None:
    session = run(
        agent("batched", *THREE),
        hitl.policy(tool="search"),
        hitl.policy("keep files", tool="delete", answer=False, reason="keep it"),
    )
    heard(session)
    assert [name for name, _ in RAN] == ["search", "search"]
    [decision] = session.decisions
    assert (decision.by, decision.policy) == ("policy", "approve search, keep files")
    assert decision.text.splitlines() == [
        "search: Approved (policy: approve search)",
        "delete: Rejected: keep it (policy: keep files)",
        "search (2): Approved (policy: approve search)",
    ]


def test_the_card_of_a_batch_asks_for_what_no_policy_has_decided() -> None:
    session = run(agent("batched", *THREE), hitl.policy("searches", tool="search"))
    items = card(session)["control"]["items"]
    assert [(item["start"], item.get("policy")) for item in items] == [
        ("approve", "searches"),
        (None, None),
        ("approve", "searches"),
    ]
    click(session, {"decision": "approve"}, {"decision": "reject", "value": "no"}, {"decision": "approve"})
    heard(session)
    [decision] = session.decisions
    assert (decision.by, decision.policy, decision.who) == ("person", "searches", "person, policy: searches")
    assert decision.text.splitlines() == [
        "search: Approved (policy: searches)",
        "delete: Rejected: no",
        "search (2): Approved (policy: searches)",
    ]
    [view] = decisions_view(session.decisions, session._run.secrets)["latest"]
    assert (view["by"], view["policy"]) == ("person", "searches")


def test_a_person_may_change_what_a_policy_has_decided() -> None:
    session = run(agent("batched", *THREE), hitl.policy("searches", tool="search"))
    click(session, {"decision": "approve"}, {"decision": "approve"}, {"decision": "reject", "value": None})
    heard(session)
    assert sorted(name for name, _ in RAN) == ["delete", "search"]
    assert session.decisions[0].text.splitlines()[2] == "search (2): Rejected"
    assert session.decisions[0].policy == "searches"


def test_one_answer_from_code_is_for_what_is_left() -> None:
    session = run(agent("batched", *THREE), hitl.policy("searches", tool="search"))
    session.answer(False)
    heard(session)
    assert [name for name, _ in RAN] == ["search", "search"]


def test_a_list_from_code_is_for_all() -> None:
    session = run(agent("batched", *THREE), hitl.policy("searches", tool="search"))
    session.answer([False, True, False])
    heard(session)
    assert [name for name, _ in RAN] == ["delete"]
    assert session.decisions[0].policy is None


def test_the_reason_of_a_rejection_is_filled_in_on_the_card() -> None:
    never = hitl.policy("never", tool="delete", answer=False, reason="keep it")
    session = run(agent("batched", *THREE), never)
    item = card(session)["control"]["items"][1]
    assert item["start"] == "reject"
    [reject] = [choice for choice in item["choices"] if choice["name"] == "reject"]
    assert reject["field"]["default"] == "keep it"


def test_a_later_policy_decides_what_an_earlier_one_has_left() -> None:
    rest = hitl.policy("the rest", answer=lambda request: {"decisions": [{"type": "reject"}] * 3})
    session = run(agent("batched", *THREE), hitl.policy("searches", tool="search"), rest)
    heard(session)
    assert [name for name, _ in RAN] == ["search", "search"]
    assert session.decisions[0].policy == "searches, the rest"


def test_a_batch_with_a_part_that_is_refused_says_so_at_its_item() -> None:
    allowed = {"search": ALL, "delete": ["approve"]}
    session = run(
        agent("batched", *THREE, allowed=allowed),
        hitl.policy(tool="search"),
        hitl.policy("never", tool="delete", answer=False),
    )
    view = card(session)
    assert "allowed for delete: approve" in view["field_errors"]["1"]
    assert [item["start"] for item in view["control"]["items"]] == ["approve", None, "approve"]


def test_no_card_is_shown_for_a_moment_that_a_policy_answers() -> None:
    gate, shown = threading.Event(), set[str]()

    def wait_for_the_view(call: hitl.Call) -> bool:
        return gate.wait(10)

    policy = hitl.policy(tool="delete", when=wait_for_the_view, answer=False)
    graph = agent("per_call", ("delete", {"path": "a"}), ("search", {"query": "b"}))
    session = hitl.run(graph, {"messages": [("user", "go")]}, policies=[policy])
    widget = session._display.widget
    widget.observe(lambda change: shown.update(card["question"] for card in change["new"]), "cards")
    until(lambda: session.requests, "nothing was asked")
    shown.update(card["question"] for card in widget.cards)
    sent = widget.run["seq"]
    session._run.changed()
    until(lambda: widget.run["seq"] > sent, "the view was not told")
    gate.set()
    until(lambda: shown, "no card was shown")
    assert shown == {"Run search?"}
    session.answer(True)
    heard(session)
    assert [name for name, _ in RAN] == ["search"]


# ---------------------------------------------------------------- the other families


def test_agent_inbox_is_answered_with_a_list() -> None:
    def node(state: Any) -> dict[str, Any]:
        return {"log": [interrupt([human_interrupt("pay", {"amount": 0}, "accept", "ignore")])]}

    graph = graphs.chain(graphs.Log, {"review": node})
    accepted = run(graph, hitl.policy(tool="pay", when=lambda call: call.args["amount"] == 0), input={})
    assert accepted.wait(10) == {"log": [[{"type": "accept", "args": None}]]}
    ignored = run(graph, hitl.policy(tool="pay", answer=False), input={})
    assert ignored.wait(10) == {"log": [[{"type": "ignore", "args": None}]]}


@hitl.approve
def transfer(amount: int) -> str:
    """Transfer money."""
    return f"transferred {amount}"


@hitl.approve(reason="required")
def wire(amount: int) -> str:
    """Wire money."""
    return f"wired {amount}"


def guarded(function: Any) -> Any:
    def node(state: Any) -> dict[str, Any]:
        return {"log": [function(40)]}

    return graphs.chain(graphs.Log, {"work": node})


def test_an_approved_function_runs_where_a_policy_says_so() -> None:
    session = run(
        guarded(transfer), hitl.policy(tool=transfer, when=lambda call: call.args == {"amount": 40}), input={}
    )
    assert session.wait(10) == {"log": ["transferred 40"]}
    assert session.decisions[0].policy == "approve transfer"


def test_a_function_that_needs_a_reason_gets_the_policys() -> None:
    without = run(guarded(wire), hitl.policy("small", tool="wire"), input={})
    assert without.status == "waiting"
    assert card(without)["field_errors"]["reason"] == "Please fill this in."
    session = run(guarded(wire), hitl.policy("small", tool="wire", reason="below the limit"), input={})
    assert session.wait(10) == {"log": ["wired 40"]}
    assert session.decisions[0].reason == "below the limit"


def test_a_function_that_a_policy_rejects_raises_in_its_node() -> None:
    no = hitl.policy(tool="transfer", answer=False, reason="no money")
    session = hitl.run(guarded(transfer), {}, policies=[no])
    with pytest.raises(hitl.RejectedError, match="no money"):
        session.wait(10)


# ---------------------------------------------------------------- recordings and the story


def test_what_a_policy_decided_is_replayed_as_its_value(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    first = run(agent("batched", *THREE), hitl.policy(tool="search"), hitl.policy(tool="delete", answer=False))
    heard(first)
    ran = sorted(map(repr, RAN))
    first.decisions.to_json(tmp_path / "answers.json")
    second = run(agent("batched", *THREE), unattended=tmp_path / "answers.json")
    heard(second)
    assert sorted(map(repr, RAN)) == ran
    assert second.decisions[0].value == first.decisions[0].value
    assert "approve" in first.decisions.to_code()


def test_the_story_names_the_policy() -> None:
    session = run(agent("batched", ("search", {"query": "a"})), hitl.policy("a <b>", tool="search"))
    heard(session)
    assert "(policy: a <b>)" in text_story(session._run, neutral=False)
    html = session.decisions._repr_html_()
    assert "policy: a &lt;b&gt;" in html
    assert "policy: a &lt;b&gt;" in session._display(neutral=False)[0]["text/html"]


# ---------------------------------------------------------------- what it is made of


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
    assert session._run.at_rest.wait(10)
    assert (session.status, session.error) == ("waiting", None)
    assert any("editor" in notice and "KeyError" in notice for notice in session._run.notices)
    session.stop()


def test_two_policies_that_decide_at_once_both_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Always approve, clicked while a slower policy is about to decide on another call of the same card."""
    session = hitl.run(
        agent("batched", ("search", {"query": "a"}), ("delete", {"path": "c"}), ("pay", {"amount": 1})),
        {"messages": [("user", "go")]},
    )
    assert session._run.at_rest.wait(10)
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
    session.wait(10)
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
    assert session.wait(10) == {"log": ["paid 4"]}
