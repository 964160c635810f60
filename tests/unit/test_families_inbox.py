"""Agent Inbox's requests, written as its documentation writes them: what the node that asked receives."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.control.deciding import Deciding

from . import graphs
from .deciding import click, control_of, form_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # deprecated in langgraph 1.2, and still what graphs in the wild are written with
    from langgraph.prebuilt.interrupt import ActionRequest, HumanInterrupt, HumanInterruptConfig


def human_interrupt(action: str, args: dict[str, Any], *allowed: str, description: str | None = None) -> HumanInterrupt:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return HumanInterrupt(
            action_request=ActionRequest(action=action, args=args),
            config=HumanInterruptConfig(
                allow_ignore="ignore" in allowed,
                allow_respond="respond" in allowed,
                allow_edit="edit" in allowed,
                allow_accept="accept" in allowed,
            ),
            description=description,
        )


ALL = ("accept", "edit", "respond", "ignore")
FALSY = {"zero": 0, "text": "", "no": False, "nothing": None, "list": [], "object": {}, "number": 42, "digits": "42"}


def asking(payload: Any) -> hitl.Session:
    """A graph whose node keeps the answer as it came."""

    def node(state: Any) -> dict[str, Any]:
        return {"log": [interrupt(payload)]}

    session = hitl.run(graphs.chain(graphs.Log, {"review": node}, checkpointer=InMemorySaver()), {"log": []})
    assert session._run.at_rest.wait(60)
    return session


def received(session: hitl.Session) -> Any:
    [answer] = session.wait(60)["log"]
    return answer


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("decided", "answer", "response", "text", "approved"),
    [
        ({"decision": "accept"}, {"type": "accept"}, {"type": "accept", "args": None}, "Accepted", True),
        ({"decision": "ignore"}, {"type": "ignore", "args": None}, {"type": "ignore", "args": None}, "Ignored", False),
        (
            {"decision": "response", "value": "later"},
            {"type": "response", "args": "later"},
            {"type": "response", "args": "later"},
            "Responded: later",
            None,
        ),
    ],
)
def test_the_node_always_gets_a_list(
    many: bool, decided: Any, answer: Any, response: Any, text: str, approved: bool | None
) -> None:
    asked = human_interrupt("send_email", FALSY, *ALL)
    payload = [asked] if many else asked
    clicked = asking(payload)
    click(clicked, decided)
    assert received(clicked) == [response]
    assert (clicked.decisions[0].text, clicked.decisions[0].approved) == (text, approved)
    for given in (answer, [answer]):
        coded = asking(payload)
        coded.answer(given)
        assert received(coded) == [response]


def test_an_edit_keeps_what_was_not_changed() -> None:
    session = asking([human_interrupt("send_email", FALSY, *ALL)])
    click(session, {"decision": "edit", "value": form_of(session, number=43)})
    [answer] = received(session)
    assert answer == {"type": "edit", "args": {"action": "send_email", "args": {**FALSY, "number": 43}}}
    assert [type(value) for value in answer["args"]["args"].values()] == [type(value) for value in FALSY.values()]
    assert session.decisions[0].text == "Edited: number 42 → 43"


@pytest.mark.parametrize("answer", [True, {"type": "accept"}])
def test_several_requests_are_one_card_and_one_list(answer: Any) -> None:
    payload = [human_interrupt("send", {"to": "ada"}, *ALL), human_interrupt("send", {"to": "bob"}, "accept", "ignore")]
    session = asking(payload)
    control = control_of(session)
    assert control.question == "Review 2 actions"
    assert control.view["kind"] == "decide"
    assert [item["title"] for item in control.view["items"]] == ["send", "send (2)"]
    assert (control.view["rest"], control.view["rest_label"]) == ("accept", "Accept the rest")
    session.answer(answer)
    assert received(session) == [{"type": "accept", "args": None}] * 2


def test_each_of_several_is_decided_on_its_own() -> None:
    session = asking([human_interrupt("send", {"to": "ada"}, *ALL), human_interrupt("send", {"to": "bob"}, *ALL)])
    click(session, {"decision": "ignore"}, {"decision": "response", "value": "ask bob first"})
    assert received(session) == [{"type": "ignore", "args": None}, {"type": "response", "args": "ask bob first"}]


@pytest.mark.parametrize("allowed", [("accept",), ("ignore", "edit"), ("respond",)])
def test_only_what_the_config_allows_is_offered(allowed: tuple[str, ...]) -> None:
    session = asking(human_interrupt("send", {}, *allowed))
    names = [choice.view["name"] for choice in control_of(session).items[0].choices]
    assert names == [name.replace("respond", "response") for name in ALL if name in allowed]
    for name in set(ALL) - {"respond"} - set(allowed):
        with pytest.raises(hitl.InvalidAnswerError, match=f"'{name}' is not allowed for send"):
            session.answer({"type": name, "args": None})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"type": "response"}, {"0/args": "Please fill this in."}),
        ({"type": "response", "args": 3}, {"0/args": "Not a text."}),
        ({"type": "edit", "args": {"action": "send"}}, {"0/args/args": "Please fill this in."}),
        ([], {"": "0 decisions for 1 item."}),
    ],
)
def test_what_does_not_fit_is_refused(answer: Any, said: dict[str, str]) -> None:
    session = asking(human_interrupt("send", {}, *ALL))
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer(answer)
    assert refused.value.fields == said


def test_an_acceptance_takes_no_other_action_along_than_the_one_that_was_asked() -> None:
    asked = human_interrupt("send", {"to": "ada"}, "accept")
    session = asking(asked)
    for other in ({"action": "send", "args": {"to": "eve"}}, {"action": "wipe", "args": {"to": "ada"}}, {}):
        with pytest.raises(hitl.InvalidAnswerError) as refused:
            session.answer({"type": "accept", "args": other})
        assert list(refused.value.fields) == ["0/args"]
    session.answer({"type": "accept", "args": {"action": "send", "args": {"to": "ada"}}})
    assert received(session)[0]["args"] == asked["action_request"]


def test_an_action_that_is_a_sentence_is_the_question() -> None:
    session = asking(human_interrupt("Approve the invoice", {"total": 3}, "accept", description="For Ada."))
    pending = session._run.pending[0]
    assert pending.question.question == "Approve the invoice"
    assert control_of(session).items[0].description == "For Ada."


@pytest.mark.parametrize("payload", [{"action_request": {"action": "a"}, "config": {}}, [], [{"action_request": 1}]])
def test_what_only_looks_like_it_gets_another_control(payload: Any) -> None:
    session = asking(payload)
    assert not isinstance(session._run.pending[0].control, Deciding)
    session.answer({"any": "thing"})
    assert received(session) == {"any": "thing"}
