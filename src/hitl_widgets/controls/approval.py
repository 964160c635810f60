"""Yes or no, with room for a reason: a schema of one boolean and, maybe, one text called reason or the like."""

from __future__ import annotations

from dataclasses import replace

from ..control import ApprovalKeys, Control, Reason
from ..fields import field_for
from ..requests import Request

_REASONS = {"reason", "comment", "comments", "feedback", "message", "note", "notes", "explanation"}


def approval_schema(request: Request) -> Control | None:
    """Two buttons for `{"approved": bool, "reason": str}`. It resumes with that object."""
    if request.response_schema is None:
        return None
    field = field_for(request.response_schema)
    if field["type"] != "object" or not 1 <= len(field["fields"]) <= 2:
        return None
    decisions = [named for named in field["fields"] if named["field"]["type"] == "boolean"]
    reasons = [named for named in field["fields"] if named["field"]["type"] == "text"]
    if len(decisions) != 1 or len(decisions) + len(reasons) != len(field["fields"]):
        return None
    if any(named["name"].lower() not in _REASONS for named in reasons):
        return None
    decision = decisions[0]
    reason = reasons[0] if reasons else None
    asked: Reason = "none"
    if reason is not None:
        asked = "required" if reason["field"]["required"] and not reason["field"]["nullable"] else "optional"
    start = decision["field"].get("default")
    control = Control.approval(
        reason=asked,
        reason_label=reason["field"]["label"] if reason else "Reason",
        description=field["help"] or decision["field"]["help"],
        default=start if isinstance(start, bool) else None,
    )

    keys = ApprovalKeys(
        decision=decision["name"],
        reason=reason["name"] if reason else None,
        reason_required=reason is not None and reason["field"]["required"],
    )
    return replace(control.held_to(request.response_schema), keys=keys)
