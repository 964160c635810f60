"""Predecided: a card of several decisions of which policies have made some. A person decides the rest, or otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from .. import fields
from ..control.deciding import Deciding
from ..control.items import Choice
from ..errors import InvalidAnswerError
from ..fields import is_object
from ..fields.values import is_list
from ..protocol import FieldView, ItemView
from .answers import Answer


@dataclass(frozen=True)
class Made:
    """A decision about an item, and the policy that made it."""

    policy: str
    decision: dict[str, Any]


@dataclass(frozen=True)
class Predecided(Deciding):
    """A `Deciding` that starts from what policies have decided; make one with `predecided`.

    Attributes:
        made: their decisions, by the index of the item.
    """

    made: Mapping[int, Made] = field(default_factory=dict[int, Made])

    @property
    def is_decided(self) -> bool:
        """Whether nothing is left for a person."""
        return len(self.made) == len(self.items)

    def everything(self) -> Any:
        """The resume value, once nothing is left."""
        return super().accept([self.made[at].decision for at in range(len(self.items))])

    def accept(self, value: Any, reason: str | None = None) -> Any:
        """The resume value for an answer from code; one decision for all stands for those that are left."""
        plain = fields.as_json(value)
        for_all = not is_list(plain) and self.shape.unpack(plain) is None
        if for_all and not self.is_decided:
            plain = [self.made[at].decision if at in self.made else plain for at in range(len(self.items))]
        return super().accept(plain, reason)

    def mark(self, at: int, decision: Any) -> str:
        """The policy whose decision it still is."""
        made = self.made.get(at)
        return f" (policy: {made.policy})" if made is not None and fields.same(made.decision, decision) else ""

    def policies_in(self, answer: Any) -> tuple[str, ...]:
        """The policies whose decisions were kept, each once."""
        decisions = self.shape.unpack(answer) or [answer]
        kept = [self.made[at].policy for at, decision in enumerate(decisions) if self.mark(at, decision)]
        return tuple(dict.fromkeys(kept))


def predecided(
    control: Deciding, policy: str, answers: Mapping[int, Answer]
) -> tuple[Predecided, InvalidAnswerError | None]:
    """A control with a policy's decisions about those items that no other has decided about before.

    Args:
        control: the control so far.
        policy: the policy's name.
        answers: what it says about the items, as from code.

    Returns:
        The control, and what was not taken, by the index of its item.
    """
    made: dict[int, Made] = dict(control.made) if isinstance(control, Predecided) else {}
    refused: dict[str, str] = {}
    for at, answer in answers.items():
        if at in made:
            continue
        try:
            made[at] = Made(policy, control.decision_about(control.items[at], answer.value, answer.reason))
        except InvalidAnswerError as error:
            refused[str(at)] = " ".join(error.fields.values())
    view = cast("Any", {**control.view, "items": _views(control, made)})
    known = {one.name: getattr(control, one.name) for one in dataclasses.fields(Deciding)}
    decided = Predecided(**{**known, "view": view}, made=made)
    return decided, InvalidAnswerError(refused) if refused else None


def _views(control: Deciding, made: Mapping[int, Made]) -> list[ItemView]:
    assert control.view["kind"] == "decide"
    views: list[ItemView] = []
    for at, (item, view) in enumerate(zip(control.items, control.view["items"], strict=True)):
        if at not in made or "policy" in view:
            views.append(view)
            continue
        decision = made[at].decision
        name = decision[control.shape.tag]
        # Of a secret only the decision is told.
        entered = None if control.secret else name
        shown = [
            _starting(choice, decision) if choice.view["name"] == entered else choice.view for choice in item.choices
        ]
        views.append({**view, "choices": shown, "start": name, "policy": made[at].policy})
    return views


def _starting(choice: Choice, decision: dict[str, Any]) -> Any:
    """A choice as it is drawn, what is entered with it filled in."""
    field = choice.view["field"]
    value: Any = decision
    for step in filter(None, choice.at.split("/")):
        value = value.get(step) if is_object(value) else None
    return choice.view if field is None else {**choice.view, "field": _filled(field, value)}


def _filled(field: FieldView, value: Any) -> FieldView:
    if field["type"] == "object" and is_object(value):
        inner = [
            {**named, "field": _filled(named["field"], value[named["name"]])} if named["name"] in value else named
            for named in field["fields"]
        ]
        return cast("FieldView", {**field, "fields": inner})
    try:
        shown = fields.encode(field, value)
    except fields.CannotShowError:
        return field
    return cast("FieldView", {**field, "default_text" if field["type"] == "json" else "default": shown})
