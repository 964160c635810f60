"""Every message of a view can be sent by Jupyter and read by a browser, whatever is in it."""

from __future__ import annotations

import json
from typing import Any

import ipywidgets
import pytest
from jupyter_client.session import json_packer
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.watching import watched

from . import graphs
from .test_session import at_rest

HALVES = pytest.mark.parametrize("half", [chr(0xD83D), chr(0xDCFF)], ids=["of an emoji", "a byte of a file's name"])


def sent_of(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is handed to Jupyter, from now on."""
    sent: list[Any] = []
    monkeypatch.setattr(ipywidgets.Widget, "_send", lambda self, msg, buffers=None: sent.append(msg))
    return sent


def shown(sent: list[Any], half: str) -> dict[str, Any]:
    """What the browser then has of the traits."""
    state: dict[str, Any] = {}
    for message in sent:
        read = json.loads(json_packer(message).decode())
        assert half not in json.dumps(read, ensure_ascii=False)
        state |= read.get("state", {})
    return state


def view(session: hitl.Session) -> Any:
    display: Any = session._display
    display.widget._push()
    return display.widget


def payload(half: str) -> Any:
    return {
        "question": "Right?",
        f"key {half}": 1,
        "action_requests": [{"name": f"tool {half}", "args": {f"argument {half}": [half]}}],
        "review_configs": [{"action_name": f"tool {half}", "allowed_decisions": ["approve", "edit"]}],
    }


@HALVES
def test_a_question_with_half_an_emoji_in_a_key_is_shown(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = sent_of(monkeypatch)
    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": lambda _: {"log": [interrupt(payload(half))]}}), {}))
    view(session)
    (card,) = shown(sent, half)["cards"]
    assert card["control"]["items"][0]["title"] == "tool " + half.encode(errors="backslashreplace").decode()


@HALVES
def test_an_exception_with_half_an_emoji_is_shown(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = sent_of(monkeypatch)

    def fail(_: Any) -> Any:
        raise ValueError(f"cut off: {half}")

    with watched():
        session = at_rest(hitl.run(graphs.chain(graphs.Log, {"work": fail}), {}))
    view(session)
    traits = shown(sent, half)
    assert traits["run"]["status"] == "failed"
    assert "cut off: \\ud" in traits["run"]["error"]["message"]


def test_a_control_of_ones_own_with_what_is_no_number_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = sent_of(monkeypatch)
    control: Any = hitl.Control.form({"type": "number"})
    control.view["field"]["minimum"] = float("nan")
    registry = hitl.controls.copy()
    registry.register(when=lambda _: True)(lambda _: control)
    view(at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {}, controls=registry)))
    (card,) = shown(sent, "\ud83d")["cards"]
    assert card["control"]["field"]["minimum"] == "NaN"
