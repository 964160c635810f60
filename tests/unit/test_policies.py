"""Policies about the calls of tools: by real agents, in every family that asks about calls."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.view.project import card_view
from hitl_widgets.view.story import text_story

from . import graphs
from .agents import RAN, agent, heard, search
from .test_families_inbox import human_interrupt

modes = pytest.mark.parametrize("mode", ["per_call", "batched"])
THREE = (("search", {"query": "a"}), ("delete", {"path": "b"}), ("search", {"query": "c"}))


def run(graph: Any, *policies: hitl.Policy, input: Any = None, **options: Any) -> hitl.Session:
    given = {"messages": [{"role": "user", "content": "go"}]} if input is None else input
    session = hitl.run(graph, given, policies=policies, **options)
    assert session._run.at_rest.wait(60)
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
    assert session.wait(60) == {"log": [0]}


# ---------------------------------------------------------------- the other families


def test_agent_inbox_is_answered_with_a_list() -> None:
    def node(state: Any) -> dict[str, Any]:
        return {"log": [interrupt([human_interrupt("pay", {"amount": 0}, "accept", "ignore")])]}

    graph = graphs.chain(graphs.Log, {"review": node})
    accepted = run(graph, hitl.policy(tool="pay", when=lambda call: call.args["amount"] == 0), input={})
    assert accepted.wait(60) == {"log": [[{"type": "accept", "args": None}]]}
    ignored = run(graph, hitl.policy(tool="pay", answer=False), input={})
    assert ignored.wait(60) == {"log": [[{"type": "ignore", "args": None}]]}


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
    assert session.wait(60) == {"log": ["transferred 40"]}
    assert session.decisions[0].policy == "approve transfer"


def test_a_function_that_needs_a_reason_gets_the_policys() -> None:
    without = run(guarded(wire), hitl.policy("small", tool="wire"), input={})
    assert without.status == "waiting"
    assert card(without)["field_errors"]["reason"] == "Please fill this in."
    session = run(guarded(wire), hitl.policy("small", tool="wire", reason="below the limit"), input={})
    assert session.wait(60) == {"log": ["wired 40"]}
    assert session.decisions[0].reason == "below the limit"


def test_a_function_that_a_policy_rejects_raises_in_its_node() -> None:
    no = hitl.policy(tool="transfer", answer=False, reason="no money")
    session = hitl.run(guarded(transfer), {}, policies=[no])
    with pytest.raises(hitl.RejectedError, match="no money"):
        session.wait(60)


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


def test_an_async_policy_ends_with_who_waits_for_it() -> None:
    async def main() -> None:
        async def works(_: Any) -> dict[str, Any]:
            return {}

        session = hitl.run(graphs.chain(graphs.Log, {"works": works}), {"log": []})
        await session
        began, ended = asyncio.Event(), asyncio.Event()

        async def policy() -> None:
            began.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        waits = asyncio.create_task(session._run.driver.call_until(lambda: False, policy))
        await began.wait()
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits
        await asyncio.wait_for(ended.wait(), 60)

    asyncio.run(main())
