"""Yes or no, with room for a reason: a schema of one boolean that approves and, maybe, one text called reason or the like.

A boolean of another name (`cancel`, `skip_backup`) is a field with its name: "Approve" would not say what it says yes to.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import dropwhile

from ..control import ApprovalKeys, Control, Reason
from ..fields import field_for
from ..protocol import FieldView, NamedField
from ..requests import Request
from .question import describe

_APPROVES = {
    *("approve", "approved", "approves", "approval", "accept", "accepted", "agree", "agreed", "allow", "allowed"),
    *("confirm", "confirmed", "confirmation", "continue", "proceed"),
}
"""How its name begins: what is asked, and nothing else, is what it says yes to."""
_ANSWERS = {"answer", "decision", "go", "go ahead", "ok", "okay", "response", "result", "value", "yes"}
"""The same as a whole name."""
_BEFORE = {
    *("is", "was", "has", "have", "should", "shall", "do", "does", "can", "may", "will"),
    *("we", "i", "user", "human", "please"),
}
"""What may stand before that: `is_approved`, `should_proceed`."""
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_WORD = re.compile(r"[a-z]+")
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
    if not _approves(decision["name"]):
        return None
    reason = reasons[0] if reasons else None
    asked: Reason = "none"
    if reason is not None:
        asked = "required" if reason["field"]["required"] and not reason["field"]["nullable"] else "optional"
    start = decision["field"].get("default")
    control = Control.approval(
        reason=asked,
        reason_label=reason["field"]["label"] if reason else "Reason",
        description=beside(request, field["help"], *said_of(decision["field"]), *_said_of_reason(reason)),
        default=start if isinstance(start, bool) else None,
    )

    keys = ApprovalKeys(
        decision=decision["name"],
        reason=reason["name"] if reason else None,
        reason_required=reason is not None and reason["field"]["required"],
    )
    return replace(control.held_to(request.response_schema), keys=keys)


def beside(request: Request, *said: str | None) -> str | None:
    """What a schema says, below what the payload says itself: neither takes the other's place, and nothing is said twice.

    `None` where a schema says nothing more.
    """
    asked = describe(request)
    told = [asked.question, *_PARAGRAPHS.split(asked.description or ""), asked.description or ""]
    known = set(map(_words, told))
    texts: list[str] = []
    for text in filter(None, said):
        if _words(text) not in known:
            known.add(_words(text))
            texts.append(text)
    return "\n\n".join(filter(None, (asked.description, *texts))) if texts else None


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()


def _approves(name: str) -> bool:
    """Whether a boolean of this name says yes to what is asked.

    >>> [_approves(name) for name in ("approved", "isApproved", "should_proceed", "ok", "cancel", "result_is_wrong")]
    [True, True, True, True, False, False]
    """
    words = _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
    said = list(dropwhile(_BEFORE.__contains__, words))
    return " ".join(said) in _ANSWERS or (bool(said) and said[0] in _APPROVES)


def said_of(decision: FieldView) -> tuple[str, str]:
    """What a yes or no says of itself beyond that it approves: two buttons have no label."""
    label, said = decision["label"], decision["help"] or ""
    says_no_more = _WORD.fullmatch(label.lower()) is not None and _approves(label)
    return ("" if says_no_more else label, said)


def _said_of_reason(reason: NamedField | None) -> tuple[str, ...]:
    said = reason["field"]["help"] if reason is not None else None
    return (f"{reason['field']['label']}: {said}",) if reason is not None and said else ()
