"""How tests answer a card of kind `decide`."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

import hitl_widgets as hitl
from hitl_widgets import fields
from hitl_widgets.control.deciding import Deciding
from hitl_widgets.protocol import ControlView


def control_of(session: hitl.Session) -> Deciding:
    """The control of the one pending request, whose view is what the protocol says."""
    [pending] = session._run.pending
    control = pending.control
    assert isinstance(control, Deciding)
    assert TypeAdapter[Any](ControlView).validate_python(control.view) == control.view
    return control


def click(session: hitl.Session, *decided: dict[str, Any]) -> None:
    """The browser's path: its reply, made into the resume value by the control."""
    session._run.driver.run(
        session._run.answer(session._run.pending[0], lambda control: control.resume_value(list(decided)), by="person")
    )


def form_of(session: hitl.Session, **typed: Any) -> dict[str, Any]:
    """What the browser sends for an edit in which only this was typed."""
    field = next(choice.view["field"] for choice in control_of(session).items[0].choices if choice.view["edits"])
    assert field is not None
    return {**fields.default_reply(field), **typed}
