"""Controls registered for a tool: how its calls are shown, whoever asks, and the decision that is made of the answer."""

from __future__ import annotations

from typing import Annotated, Any

import ipywidgets
import pytest
import traitlets
from langgraph.types import interrupt
from pydantic import BaseModel, Field, field_validator

import hitl_widgets as hitl
from hitl_widgets.control import Control
from hitl_widgets.control.deciding import Deciding
from hitl_widgets.controls import Tier
from hitl_widgets.registering.registry import Registry

from . import agents, graphs
from .deciding import click


class Search(BaseModel):
    query: Annotated[str, Field(min_length=3)]
    limit: Annotated[int, Field(ge=1, le=10)] = 5

    @field_validator("query")
    @classmethod
    def _no_secrets(cls, query: str) -> str:
        if "password" in query:
            raise ValueError("Do not search for passwords.")
        return query


class Picker(ipywidgets.DOMWidget):
    value = traitlets.Any().tag(sync=True)


@pytest.fixture
def registry() -> Registry:
    return Registry()


ONE = ("search", {"query": "tea", "limit": 5})
OTHER = ("delete", {"path": "/tmp/x"})


def start(registry: Registry, mode: str, *calls: Any, **allowed: list[str]) -> hitl.Session:
    graph = agents.agent(mode, *calls, allowed=allowed or None)
    session = hitl.run(graph, {"messages": [{"role": "user", "content": "go"}]}, controls=registry)
    assert session._run.at_rest.wait(60)
    assert session.error is None
    return session


def control_of(session: hitl.Session) -> Any:
    return session._run.pending[0].control


def choices(session: hitl.Session, item: int = 0) -> dict[str, Any]:
    return {choice["name"]: choice for choice in control_of(session).view["items"][item]["choices"]}


MODES = pytest.mark.parametrize("mode", ["per_call", "batched"])


@MODES
def test_a_model_is_the_form_of_the_arguments(registry: Registry, mode: str) -> None:
    seen: list[Any] = []

    @registry.register(tool="search")
    def search(request: hitl.Request) -> Any:
        seen.append(request.payload)
        return Search

    session = start(registry, mode, ONE)
    assert {"type": "tool_approval", "name": "search", "args": ONE[1]}.items() <= seen[0].items()
    assert list(choices(session)) == ["approve", "edit", "reject", "respond"]
    fields = {one["name"]: one["field"] for one in choices(session)["edit"]["field"]["fields"]}
    assert (fields["query"]["default"], fields["limit"]["maximum"]) == ("tea", 10)

    with pytest.raises(hitl.InvalidAnswerError) as refused:
        click_value(session, {"query": "my password", "limit": 5})
    assert refused.value.fields == {"0/edit/query": "Do not search for passwords."}
    action = {"name": "search", "args": {"query": "my password", "limit": 5}}
    edit: Any = {"type": "edit", "edited_action": action}
    with pytest.raises(hitl.InvalidAnswerError, match=r"edited_action/args/query: Do not search for passwords\."):
        session.answer(edit)
    click(session, {"decision": "edit", "value": {"query": "coffee", "limit": 7}})
    assert agents.heard(session)[-1] == "done"
    assert [(name, args["query"], args["limit"]) for name, args in agents.RAN] == [("search", "coffee", 7)]
    assert session.decisions[0].text == 'Edited: query "tea" → "coffee", limit 5 → 7'


def click_value(session: hitl.Session, value: Any) -> None:
    control_of(session).resume_value([{"decision": "edit", "value": value}])


@MODES
def test_a_form_of_some_arguments_leaves_the_others_as_they_are(registry: Registry, mode: str) -> None:
    class Limit(BaseModel):
        limit: int

    registry.register(tool="search")(lambda request: Limit)
    session = start(registry, mode, ONE)
    click(session, {"decision": "edit", "value": {"limit": 9}})
    session.wait(60)
    assert [(args["query"], args["limit"]) for _, args in agents.RAN] == [("tea", 9)]


@MODES
def test_two_buttons_in_words_of_ones_own(registry: Registry, mode: str) -> None:
    registry.register(tool="search")(
        lambda request: Control.approval(
            approve="Look it up", reject="Leave it", reason="required_to_reject", title="May I?", description="For you."
        )
    )
    session = start(registry, mode, ONE)
    assert {name: one["label"] for name, one in choices(session).items()} == {
        "approve": "Look it up",
        "reject": "Leave it",
    }
    assert session._run.pending[0].question.question == "May I?"
    assert control_of(session).view["items"][0]["description"] == [{"tag": "p", "children": ["For you."]}]
    for answer in (False, {"type": "reject"}):
        with pytest.raises(hitl.InvalidAnswerError, match="message: Please fill this in"):
            session.answer(answer)
    session.answer(value=False, reason="No tea.")
    assert agents.heard(session)[0].endswith("No tea.")


@MODES
@pytest.mark.parametrize(
    ("value", "ran"),
    [
        (True, [("tea", 5)]),
        (False, []),
        ({"query": "tea", "limit": 5}, [("tea", 5)]),
        ({"query": "tea", "limit": 1}, [("tea", 1)]),
        ({"type": "reject", "message": "no"}, []),
        ("approve", [("tea", 5)]),
    ],
)
def test_a_widget_decides_about_a_call_alone(registry: Registry, mode: str, value: Any, ran: Any) -> None:
    registry.register(tool="search")(lambda request: Picker())
    session = start(registry, mode, ONE)
    assert control_of(session).view["kind"] == "widget"
    run, pending = session._run, session._run.pending[0]
    run.driver.run(run.answer(pending, lambda control: control.resume_value(value), by="person"))
    session.wait(60)
    assert [(args["query"], args["limit"]) for _, args in agents.RAN] == ran
    assert session.decisions[0].text.split(":")[0] in {"Approved", "Edited", "Rejected"}


@MODES
def test_what_a_widget_says_is_held_to_what_is_allowed(registry: Registry, mode: str) -> None:
    registry.register(tool="search")(lambda request: Control.choice(["approve", "edit", "postpone"]))
    session = start(registry, mode, ONE, search=["approve"])
    for answer in ("postpone", "edit", {"query": "x"}, False):
        with pytest.raises(hitl.InvalidAnswerError):
            session.answer(answer)
    with pytest.raises(hitl.InvalidAnswerError, match="no default"):
        control_of(session).default_reply()
    session.answer("approve")
    assert agents.heard(session)[0] == "found 'tea'"


def test_in_a_card_of_several_each_call_is_shown_by_its_own_registration(registry: Registry) -> None:
    registry.register(tool="search")(lambda request: Search if request.payload["args"]["limit"] == 5 else None)

    @registry.register(tool="delete")
    def delete(request: hitl.Request) -> Any:
        return Control.approval(approve="Delete it", reject="Keep it", title="Gone for good.")

    session = start(registry, "batched", ONE, OTHER, ("search", {"query": "milk", "limit": 1}), ("store", {"value": 3}))
    titles = [item["title"] for item in control_of(session).view["items"]]
    assert titles == ["search", "delete", "search (2)", "store"]
    assert choices(session)["edit"]["field"]["fields"][1]["field"]["maximum"] == 10
    assert choices(session, 1)["approve"]["label"] == "Delete it"
    assert control_of(session).view["items"][1]["description"] == [{"tag": "p", "children": ["Gone for good."]}]
    assert choices(session, 2)["edit"]["field"]["fields"][1]["field"]["maximum"] is None
    assert control_of(session).view["rest_label"] == "Approve the rest"

    explanation = registry.explain(session.requests[0])
    assert (explanation.tier, explanation.matcher) == (Tier.REGISTERED, "delete (for tool 'delete')")
    assert [(part.where, part.matcher) for part in explanation.parts] == [
        ("search", "<lambda> (for tool 'search')"),
        ("delete", "delete (for tool 'delete')"),
    ]
    click(session, {"decision": "approve"}, {"decision": "reject"}, {"decision": "approve"}, {"decision": "approve"})
    session.wait(60)
    assert sorted(name for name, _ in agents.RAN) == ["search", "search", "store"]


def test_what_stands_alone_is_named_and_skipped_in_a_card_of_several(registry: Registry) -> None:
    registry.register(tool="search")(lambda request: Search)

    @registry.register(tool="search")
    def slider(request: hitl.Request) -> Any:
        return ipywidgets.IntSlider()

    with pytest.warns(RuntimeWarning, match=r"slider .* was skipped .* search: returned a control that stands alone"):
        session = start(registry, "batched", ONE, OTHER)
    assert choices(session)["edit"]["field"]["fields"][1]["field"]["maximum"] == 10


@pytest.mark.parametrize(
    ("returned", "allowed", "why"),
    [
        (Search, ["approve", "reject"], "cannot be edited: approve, reject"),
        (Control.approval(), ["respond"], "can only be decided by: respond"),
        (Control.approval(reason="required"), ["approve", "reject"], "say required_to_reject"),
    ],
)
def test_what_is_not_allowed_is_named_and_the_familys_own_card_is_shown(
    registry: Registry, returned: Any, allowed: list[str], why: str
) -> None:
    registry.register(tool="search")(lambda request: returned)
    with pytest.warns(RuntimeWarning, match=why):
        session = start(registry, "per_call", ONE, search=allowed)
    assert sorted(choices(session)) == sorted(allowed)


def test_other_tools_and_conditions_are_left_alone(registry: Registry) -> None:
    registry.register(tool="delete")(lambda request: Control.approval())
    registry.register(tool="search", node="elsewhere")(lambda request: Control.approval())
    registry.register(tool="search", when=lambda request: request.payload["args"]["limit"] > 5)(
        lambda request: Control.approval()
    )
    session = start(registry, "per_call", ONE)
    explanation = registry.explain(session.requests[0])
    assert (explanation.tier, explanation.matcher) == (Tier.FAMILY, "tool_approval")
    assert len([one for one in explanation.skipped if one.matcher.tier is Tier.REGISTERED]) == 3


# ---------------------------------------------------------------- Agent Inbox, and hitl.approve


ALLOWS = {"allow_accept": True, "allow_edit": True, "allow_respond": True, "allow_ignore": True}


def asking_inbox(registry: Registry, *names: str, **config: bool) -> hitl.Session:
    asked = [
        {"action_request": {"action": name, "args": {"query": "tea", "limit": 5}}, "config": {**ALLOWS, **config}}
        for name in names
    ]

    def node(state: Any) -> Any:
        return {"log": [interrupt(asked)]}

    session = hitl.run(graphs.chain(graphs.Log, {"ask": node}), {"log": []}, controls=registry)
    assert session._run.at_rest.wait(60)
    return session


def test_agent_inbox_is_answered_with_its_own_list(registry: Registry) -> None:
    registry.register(tool="search")(lambda request: Search)
    session = asking_inbox(registry, "search", "other")
    click(session, {"decision": "edit", "value": {"query": "milk", "limit": 5}}, {"decision": "accept"})
    [answers] = session.wait(60)["log"]
    assert answers == [
        {"type": "edit", "args": {"action": "search", "args": {"query": "milk", "limit": 5}}},
        {"type": "accept", "args": None},
    ]


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (True, {"type": "accept", "args": None}),
        (False, {"type": "ignore", "args": None}),
        ({"query": "milk"}, {"type": "edit", "args": {"action": "search", "args": {"query": "milk", "limit": 5}}}),
    ],
)
def test_agent_inbox_by_a_control_of_its_own(registry: Registry, value: Any, answer: Any) -> None:
    registry.register(tool="search")(lambda request: Control.json())
    session = asking_inbox(registry, "search")
    session.answer(value)
    assert session.wait(60)["log"] == [[answer]]


def test_a_reason_that_a_decision_has_no_place_for_is_named(registry: Registry) -> None:
    registry.register(tool="search")(lambda request: Control.approval(reason="required_to_reject"))
    with pytest.warns(RuntimeWarning, match="asks for a reason, which 'ignore' has no place for"):
        assert isinstance(control_of(asking_inbox(registry, "search")), Deciding)


def approving(registry: Registry, **options: Any) -> hitl.Session:
    @hitl.approve(**options)
    def refund(order: int) -> str:
        return f"refunded {order}"

    def node(state: Any) -> Any:
        return {"log": [refund(42)]}

    session = hitl.run(graphs.chain(graphs.Log, {"act": node}), {"log": []}, controls=registry)
    assert session._run.at_rest.wait(60)
    return session


def test_a_function_that_asks_gets_its_buttons_and_keeps_its_own_rule_for_reasons(registry: Registry) -> None:
    registry.register(tool="refund")(
        lambda request: Control.approval(approve="Pay it", title=f"Pay back {request.payload['args']['order']}?")
    )
    session = approving(registry, reason="required")
    assert session._run.pending[0].question.question == "Pay back 42?"
    assert (control_of(session).view["approve"], control_of(session).view["reason"]) == ("Pay it", "required")
    with pytest.raises(hitl.InvalidAnswerError, match="reason"):
        session.answer(True)
    session.answer(True, reason="It broke.")
    assert session.wait(60)["log"] == ["refunded 42"]


class Order(BaseModel):
    order: int


@pytest.mark.parametrize(("answer", "log"), [({"order": 42}, ["refunded 42"]), ({"approved": True}, ["refunded 42"])])
def test_a_function_that_asks_takes_no_other_arguments(registry: Registry, answer: Any, log: list[str]) -> None:
    registry.register(tool="refund")(lambda request: Order if "order" in answer else Control.json())
    session = approving(registry)
    with pytest.raises(hitl.InvalidAnswerError, match="The arguments of refund cannot be changed here"):
        session.answer({"order": 43})
    session.answer(answer)
    assert session.wait(60)["log"] == log


def test_the_result_is_shown_to_who_decides_after(registry: Registry) -> None:
    seen: list[Any] = []
    registry.register(tool="refund")(lambda request: seen.append(request.payload["result"]))
    approving(registry, when="after").answer(True)
    assert seen[0] == "refunded 42"


def test_a_tool_is_registered_in_a_copy_alone(registry: Registry) -> None:
    copy = registry.copy()
    copy.register(tool="search")(lambda request: Control.approval())
    request = start(registry, "per_call", ONE).requests[0]
    assert copy.copy().explain(request).tier is Tier.REGISTERED
    assert registry.explain(request).tier is Tier.FAMILY
