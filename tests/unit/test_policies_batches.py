"""Policies about several calls at once: what they decide wholly or in part, and what is left to a person."""

from __future__ import annotations

import threading

import hitl_widgets as hitl
from hitl_widgets.view.project import decisions_view

from ..waiting import until
from .agents import ALL, RAN, agent, heard
from .deciding import click
from .test_policies import THREE, card, run


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
        return gate.wait(60)

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
