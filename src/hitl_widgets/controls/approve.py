"""`hitl.approve`: a call of a function or tool, to be approved or rejected. It resumes with a `Verdict` as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

from ..approving.question import FILL_IN, TAG, Verdict, lacks_reason
from ..control import ApprovalKeys, Control, Reason
from ..errors import InvalidAnswerError
from ..protocol import ContextView
from ..requests import Request
from .payload import as_dict
from .question import views


def approve_call(request: Request) -> Control | None:
    """Approve and Reject, with the arguments above them as they were given, and the result where there is one."""
    payload = as_dict(request.payload)
    if payload is None or payload.get("type") != TAG:
        return None
    reason = cast("Reason", payload["reason"])

    def parse(value: Any) -> dict[str, Any]:
        verdict = Verdict.model_validate(value)
        if lacks_reason(reason, verdict):
            raise InvalidAnswerError({"reason": FILL_IN})
        return {**verdict.model_dump(), "call": payload["call"]}

    control = Control.approval(reason=reason, title=payload["question"], description=payload["description"])
    shown = {**payload["arguments"], **({"result": payload["result"]} if "result" in payload else {})}
    return replace(
        control.held_to(request.response_schema),
        keys=ApprovalKeys("approved", "reason", reason_required=False),
        parse=parse,
        decided=_decided,
        context=tuple(_as_given(view, value) for view, value in zip(views(shown), shown.values(), strict=False)),
    )


def _decided(verdict: Any) -> tuple[bool, str | None]:
    return verdict["approved"], verdict["reason"]


def _as_given(view: ContextView, value: Any) -> ContextView:
    """A text that reads like something else (`42`, `true`, nothing at all) is in quotes."""
    if not isinstance(value, str):
        return {**view, "mono": True}
    try:
        json.loads(value)
    except ValueError:
        return view if value.strip() else {**view, "text": json.dumps(value), "mono": True}
    return {**view, "text": json.dumps(value, ensure_ascii=False), "mono": True}
