"""What asks and is called where no graph runs, as in a cell of its own, says where it belongs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool

import hitl_widgets as hitl


@hitl.approve
def refund() -> str:
    return "refunded"


@hitl.approve(when="after")
async def search() -> str:
    return "found"


@hitl.approve
@tool
def send_mail() -> str:
    """Send a mail."""
    return "sent"


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: hitl.ask("Ship it?", bool), "hitl.ask"),
        (lambda: hitl.ask_node("budget", "Budget?")({}), "hitl.ask_node"),
        (lambda: RunnableLambda(lambda _: hitl.ask("Ship it?", bool)).invoke(None), "hitl.ask"),
        (refund, "refund"),
        (lambda: asyncio.run(search()), "search"),
        (lambda: send_mail.invoke({}), "send_mail"),
    ],
)
def test_what_asks_says_that_it_needs_a_graph(call: Callable[[], Any], name: str) -> None:
    with pytest.raises(RuntimeError, match=rf"^{name} can only ask inside of a graph that runs: .*hitl\.run"):
        call()
