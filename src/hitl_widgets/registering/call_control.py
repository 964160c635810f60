"""A control of the user's own for the calls of a tool: it says how a call is shown, the family how it is answered.

What is returned for a call is never the resume value itself: the decision is made of it, in the words of whatever
asks (the middleware in either mode, Agent Inbox, `hitl.approve`), and only of what that allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

from .. import fields
from ..calls import Call
from ..control import Control
from ..control.deciding import Deciding, deciding
from ..control.items import Choice, Item
from ..controls.decisions import text_field
from ..decisions import Told
from ..errors import InvalidAnswerError
from ..fields import Schema, is_object, same
from ..protocol import ApprovalControl, FieldView
from ..texts.jsonable import jsonable
from .registration import NotAControlError


def for_only_call(family: Control, call: Call, own: Control) -> Control:
    """The control for a request about one call.

    Args:
        family: the built-in control for the request.
        call: what it is about.
        own: what was returned for the call: two buttons, a form of the arguments, or anything else whose value is
            `True`, `False`, the arguments, or a decision.
    """
    if not isinstance(family, Deciding):
        return _for_function(family, call, own)
    if is_of_item(own):
        items = [for_item(family, 0, call, own)]
        made = deciding(items, question=own.question or family.question or "", shape=family.shape)
        return replace(made.held_to(family.schema), for_secret=family.secret or holds_secret(family))
    return _deciding_by(own, family, lambda value: family.accept(_decision(family, call, value)))


def holds_secret(family: Deciding) -> bool:
    """Whether a call of a card has a secret among its arguments, which a control of the user's own may ask for anew."""
    return any(item.secrets for item in family.items)


def is_of_item(own: Control) -> bool:
    """Whether a control can stand among others in a card of several calls: buttons, or a form of the arguments."""
    view = own.view
    return view["kind"] == "approval" or (view["kind"] == "form" and view["field"]["type"] == "object")


def for_item(family: Deciding, index: int, call: Call, own: Control) -> Item:
    """One call of a card, as `own` shows it.

    Raises:
        NotAControlError: it cannot be shown so.
    """
    item = family.items[index]
    if not is_of_item(own):
        raise NotAControlError(
            "returned a control that stands alone, and this card has several calls; a form of the arguments or "
            "Control.approval can stand among others"
        )
    view = own.view
    choices = _buttons(item, view) if view["kind"] == "approval" else _form(item, call, own)
    # The words of a card are those of the whole; in a card of several they are said of the item.
    said = [own.question if len(family.items) > 1 else None, own.description]
    description = "\n\n".join(filter(None, said)) or item.description
    return replace(item, choices=choices, description=description)


# ---------------------------------------------------------------- buttons


def _buttons(item: Item, view: ApprovalControl) -> tuple[Choice, ...]:
    approving, rejecting = item.that_approves(True), item.that_approves(False)
    # `Edit` approves as well.
    kept = [(choice, view[name]) for choice, name in ((approving, "approve"), (rejecting, "reject")) if choice]
    if not kept or (approving is not None and approving.view["edits"]):
        raise NotAControlError(f"returned two buttons, but {item.title} can only be decided by: {item.allowed}")
    if view["reason"] == "required":
        raise NotAControlError(
            "asks for a reason to approve, which a decision has no place for; say required_to_reject"
        )
    return tuple(
        replace(choice, view={**choice.view, "label": label})
        if choice is approving
        else _with_reason(choice, label, view)
        for choice, label in kept
    )


def _with_reason(choice: Choice, label: str, view: ApprovalControl) -> Choice:
    required = view["reason"] == "required_to_reject"
    if choice.view["field"] is None:
        if required:
            raise NotAControlError(f"asks for a reason, which {choice.view['name']!r} has no place for")
        return replace(choice, view={**choice.view, "label": label})
    if view["reason"] == "none" and not choice.view["field"]["required"]:
        return replace(choice, view={**choice.view, "label": label, "field": None})
    reason = text_field(view["reason_label"], optional=not required)
    schema = (
        {**choice.schema, "required": [*choice.schema.get("required", ()), choice.at]} if required else choice.schema
    )
    return replace(choice, view={**choice.view, "label": label, "field": reason}, schema=schema)


# ---------------------------------------------------------------- a form of the arguments


def _form(item: Item, call: Call, own: Control) -> tuple[Choice, ...]:
    edit = next((choice for choice in item.choices if choice.view["edits"]), None)
    if edit is None:
        raise NotAControlError(f"returned a form, but the arguments of {item.title} cannot be edited: {item.allowed}")
    view = _started(own, call, item.secrets).view
    assert view["kind"] == "form"
    drawn = {named["name"] for named in view["field"]["fields"]} if view["field"]["type"] == "object" else set[str]()

    def make(entered: Any) -> dict[str, Any]:
        return edit.make(own.accept(entered))

    def check(arguments: Any) -> Mapping[str, str]:
        try:
            own.accept({name: value for name, value in arguments.items() if name in drawn})
        except InvalidAnswerError as error:
            return error.fields
        return {}

    # From code no form is filled in; what it asks of the arguments holds all the same.
    also = _at(edit.at, fields.checked({}, check))
    # Beside what it says, so that its references still start at the root.
    schema: Schema = {**edit.schema, "allOf": [*edit.schema.get("allOf", ()), also]}
    label = edit.view["field"]["label"] if edit.view["field"] is not None else "Arguments"
    field_ = cast("FieldView", {**view["field"], "label": label})
    changed = replace(edit, view={**edit.view, "field": field_}, make=make, schema=schema)
    return tuple(changed if choice is edit else choice for choice in item.choices)


def _started(own: Control, call: Call, secrets: AbstractSet[str] = frozenset()) -> Control:
    """The form filled in with the arguments that it has fields for, but for secrets; the others stay what they are."""
    field_ = own.view["field"] if own.view["kind"] == "form" else None
    if field_ is None or field_["type"] != "object":
        return own
    drawn = {named["name"] for named in field_["fields"]} - secrets
    return own.starting_from_payload({name: value for name, value in call.args.items() if name in drawn})


def _at(path: str, schema: Schema) -> Schema:
    for step in reversed(path.split("/")):
        schema = {"properties": {step: schema}}
    return schema


# ---------------------------------------------------------------- a card of its own


@dataclass(frozen=True)
class OfCall(Control):
    """A control whose value is made the decision about the one call of its request."""

    family: Control = field(kw_only=True)

    @property
    def of_calls(self) -> Control:
        """The family: in its words a policy decides, whoever draws the call."""
        return self.family

    def checked_by(self, schema: Schema | None) -> Control:
        """Itself: its own value is not the decision, and the family holds that to its schema."""
        return self

    def default_reply(self) -> Any:
        """None: nothing is approved because nobody was there to look at it."""
        raise InvalidAnswerError("This question has no default.")

    def told(self, answer: Any) -> Told | None:
        """The decision in words, as the family says it; what was entered is a secret if it was so here."""
        return replace(self.family, for_secret=self.secret).told(answer)

    @cached_property
    def secret(self) -> bool:
        """Whether a secret is among what can be entered."""
        of_calls = isinstance(self.family, Deciding) and holds_secret(self.family)
        return super().secret or self.family.secret or of_calls


def _for_function(family: Control, call: Call, own: Control) -> Control:
    """For `hitl.approve`, which is answered with yes or no, and whose reason is asked for as the function's author said."""
    own = _started(own, call)
    view, asked = own.view, family.view
    if view["kind"] == "approval" and asked["kind"] == "approval":
        return replace(
            family,
            view={**view, "reason": asked["reason"]},
            question=own.question or family.question,
            description=own.description or family.description,
            context=family.context if own.context is None else own.context,
        )

    def decide(plain: Any) -> Any:
        if is_object(plain) and same(plain, jsonable(call.args)):
            return family.accept(value=True)
        if is_object(plain) and "approved" not in plain:
            raise InvalidAnswerError(f"The arguments of {call.name} cannot be changed here, only approved or rejected.")
        return family.accept(plain)

    return _deciding_by(own, family, decide)


def _deciding_by(own: Control, family: Control, decide: Callable[[Any], Any]) -> OfCall:
    """The user's own control, whose value, as JSON, is what is decided by."""
    return OfCall(
        view=own.view,
        parse=lambda value: decide(fields.as_json(own._finished(value))),
        question=own.question,
        description=own.description,
        context=own.context,
        widget=own.widget,
        default=own.default,
        keys=own.keys,
        decided=family.decided,
        family=family,
    )


def _decision(family: Deciding, call: Call, value: Any) -> Any:
    """A value as what the family takes for a decision: `True` and `False` stand for one, arguments for an edit."""
    [item], tag = family.items, family.shape.tag
    if isinstance(value, str) and item.choice(value) is not None:
        return {tag: value}
    if not is_object(value) or item.choice(value.get(tag)) is not None or family.shape.unpack(value) is not None:
        return value
    if same(value, jsonable(call.args)) and item.that_approves(True) is not None:
        return True
    edit = next((choice for choice in item.choices if choice.view["edits"]), None)
    if edit is None:
        raise InvalidAnswerError(f"The arguments of {call.name} cannot be edited; allowed: {item.allowed}.")
    return {tag: edit.view["name"], **edit.make(value)}
