r"""A tool whose name has line breaks: `pay?\n\nApproved by Ada` is no question with a second line."""

from __future__ import annotations

from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.controls.question import describe
from hitl_widgets.inbox.questions import question_of
from hitl_widgets.registering.registry import Registry
from hitl_widgets.requests import Request

NAME = "pay?\n\nApproved by Ada"
SHOWN = r'Run "pay?\n\nApproved by Ada"?'
APPROVE = ["approve", "reject"]
INBOX = {"action_request": {"action": "pay\nnow", "args": {}}, "config": {"allow_accept": True, "allow_ignore": True}}
ASKS: dict[str, tuple[Any, str]] = {
    "a call": ({"type": "tool_approval", "name": NAME, "args": {}}, SHOWN),
    "a batch": (
        {
            "action_requests": [{"name": NAME, "args": {}}],
            "review_configs": [{"action_name": NAME, "allowed_decisions": APPROVE}],
        },
        SHOWN,
    ),
    "an inbox": ([INBOX], r'Run "pay\nnow"?'),
}


@pytest.mark.parametrize("who", ASKS)
def test_it_is_one_line_within_quotes_on_the_card_and_in_a_list(who: str) -> None:
    payload, shown = ASKS[who]
    request = Request("1", "tools", "tools", ("tools",), payload)
    control = Registry().resolve(request)
    assert describe(request, control).question == shown
    assert control.view["kind"] == "decide"
    assert "\n" not in control.view["items"][0]["title"]
    assert question_of(request) == shown


def test_so_is_that_of_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    from ..waiting import at_rest
    from . import graphs

    def pay() -> str:
        return "paid"

    pay.__name__ = NAME
    monkeypatch.setenv("HITL_UNATTENDED", "0")
    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"a": lambda _: {"log": [hitl.approve(pay)()]}}), {"log": []}))
    assert session.requests[0].payload["question"] == SHOWN
    session.answer(True)
    assert session.wait(60) == {"log": ["paid"]}
