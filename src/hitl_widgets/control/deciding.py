"""Deciding: a control that lists what is to be decided about, with the decisions that are allowed for each item."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import zip_longest
from typing import Any, cast

from pydantic import ValidationError

from .. import fields
from ..decisions import Told
from ..errors import InvalidAnswerError
from ..fields import is_object
from ..fields.values import is_list
from ..protocol import DecideControl, ItemView
from .control import Control
from .items import ONE, Choice, Item, Shape


@dataclass(frozen=True)
class Deciding(Control):
    """A control of kind `decide`; make one with `deciding`."""

    items: tuple[Item, ...] = ()
    shape: Shape = ONE

    @cached_property
    def secret(self) -> bool:
        """Whether a secret is among what can be entered."""
        entered = [choice.view["field"] for item in self.items for choice in item.choices]
        return super().secret or any(field is not None and fields.has_password(field) for field in entered)

    def resume_value(self, reply: Any, reason: str | None = None) -> Any:
        """The resume value for what the browser replies: a `DecidedItem` for each item."""
        if not is_list(reply) or len(reply) != len(self.items):
            raise InvalidAnswerError("Not a decision for each of the items.")
        refusals: dict[str, str] = {}
        decisions: list[Any] = []
        for index, (item, decided) in enumerate(zip(self.items, reply, strict=True)):
            try:
                decisions.append(self._of_reply(item, decided))
            except InvalidAnswerError as error:
                refusals |= _under(str(index), error)
        if refusals:
            raise InvalidAnswerError(refusals)
        return self._packed(decisions)

    def half_answered(self, reply: Any) -> Any:
        """The resume value for the decisions so far; an item that nobody has decided about has `None` for its decision."""
        given = reply if is_list(reply) else []
        return self.shape.pack([self._half_decided(*one) for one in zip_longest(self.items, given[: len(self.items)])])

    def _half_decided(self, item: Item, decided: Any) -> dict[str, Any]:
        choice = item.choice(decided.get("decision")) if is_object(decided) else None
        if choice is None:
            return {self.shape.tag: None}
        name, field = choice.view["name"], choice.view["field"]
        decision = {self.shape.tag: name, **choice.implied}
        if field is None:
            return decision
        entered = cast("dict[str, Any]", decided).get("value")
        for read in (partial(fields.decode, field), _as_entered):
            with suppress(Exception):  # of what is half entered nothing is sure
                return decision | choice.make(read(entered))
        return decision

    def accept(self, value: Any, reason: str | None = None) -> Any:
        """The resume value for an answer from code.

        It is the family's own resume value, a list of decisions, or one decision for all items. `True` and `False`
        stand for the decisions that approve and refuse, where these are allowed; `reason` goes with a `False`.
        """
        plain = fields.as_json(value)
        given = self.shape.unpack(plain)
        only_listed = given is None and is_list(plain)
        if given is None:
            given = plain if is_list(plain) else [plain] * len(self.items)
        if len(given) != len(self.items):
            raise InvalidAnswerError(f"{_count(given, 'decision')} for {_count(self.items, 'item')}.")
        refusals: dict[str, str] = {}
        decisions: list[Any] = []
        for index, (item, decision) in enumerate(zip(self.items, given, strict=True)):
            try:
                decisions.append(self.decision_about(item, decision, reason))
            except InvalidAnswerError as error:
                refusals |= _under(str(index) if only_listed else self.shape.at(index), error)
        if refusals:
            raise InvalidAnswerError(refusals)
        return self._packed(decisions)

    def default_reply(self) -> Any:
        """None: nothing is approved because nobody was there to look at it."""
        raise InvalidAnswerError("This question has no default.")

    def refusal(self, error: BaseException) -> InvalidAnswerError:
        """What LangGraph has against an answer, at the fields of the cards where it was entered."""
        if isinstance(error, ValidationError):
            said = fields.in_words(error)
        else:
            said = error.fields if isinstance(error, InvalidAnswerError) else super().refusal(error).fields
        placed: dict[str, str] = {}
        for path, sentence in said.items():
            at, text = self._where_drawn(path, sentence)
            placed[at] = f"{placed[at]} {text}" if at in placed else text
        return InvalidAnswerError(placed)

    def told(self, answer: Any) -> Told | None:
        """The decisions in words, a line an item."""
        decisions = self.shape.unpack(answer) or [answer]
        choices = [item.choice(decision[self.shape.tag]) for item, decision in zip(self.items, decisions, strict=True)]
        lines: list[str] = []
        for at, (item, choice, decision) in enumerate(zip(self.items, choices, decisions, strict=True)):
            assert choice is not None, "it was accepted"
            details = "" if self.secret else choice.details(decision)
            text = f"{choice.past}: {details}" if details else choice.past
            lines.append(text if len(self.items) == 1 else f"{item.title}: {text}{self.mark(at, decision)}")
        approved = {choice.approves for choice in choices if choice is not None}
        return Told("\n".join(lines), approved.pop() if len(approved) == 1 else None)

    def mark(self, at: int, decision: Any) -> str:
        """What the timeline says after the decision about an item."""
        return ""

    # ------------------------------------------------------------------ one item

    def _of_reply(self, item: Item, decided: Any) -> dict[str, Any]:
        choice = item.choice(decided.get("decision")) if is_object(decided) else None
        if choice is None:
            raise InvalidAnswerError("Please choose one.")
        name, field = choice.view["name"], choice.view["field"]
        decision = {self.shape.tag: name, **choice.implied}
        if field is None:
            return decision
        try:
            decision |= choice.make(fields.decode(field, cast("dict[str, Any]", decided).get("value")))
        except InvalidAnswerError as error:
            raise InvalidAnswerError(_under(name, error)) from error
        if errors := fields.validate(choice.schema, decision):
            raise InvalidAnswerError(dict(_entered_at(choice, path, text) for path, text in errors.items()))
        return decision

    def decision_about(self, item: Item, decision: Any, reason: str | None) -> dict[str, Any]:
        """The decision about one item, for an answer from code.

        Raises:
            InvalidAnswerError: it is none, or is not allowed.
        """
        tag = self.shape.tag
        if isinstance(decision, bool):
            choice = item.that_approves(decision)
            if choice is None:
                raise InvalidAnswerError(
                    f"{decision} stands for nothing here; allowed for {item.title}: {item.allowed}."
                )
            decision = {tag: choice.view["name"]}
            if reason and not choice.approves and choice.at:
                decision[choice.at] = reason
        if not is_object(decision):
            raise InvalidAnswerError(f"A decision is a dict with {tag!r}, one of: {item.allowed}.")
        choice = item.choice(decision.get(tag))
        if choice is None:
            given = repr(decision[tag]) if tag in decision else "Nothing"
            raise InvalidAnswerError({tag: f"{given} is not allowed for {item.title}; allowed: {item.allowed}."})
        decision = {tag: choice.view["name"], **choice.implied, **decision}
        if errors := fields.validate(choice.schema, decision):
            raise InvalidAnswerError(errors)
        return decision

    def _packed(self, decisions: list[Any]) -> Any:
        packed = self.shape.pack(decisions)
        if halves := fields.halves_in(packed):
            raise InvalidAnswerError(halves)
        # Each decision was held to its own schema; this is the author's last word on the whole.
        if self.schema is not None and (errors := fields.validate(self.schema, packed)):
            raise InvalidAnswerError(errors)
        return packed

    def _where_drawn(self, path: str, sentence: str) -> tuple[str, str]:
        """A sentence about the resume value of a single item, where it can be mended."""
        # Pydantic names the branch of a union by its tag: `edit/edited_action/args/limit`.
        name, _, inside = path.partition("/")
        for choice in self.items[0].choices if len(self.items) == 1 else ():
            rest = inside if name == choice.view["name"] else path
            if choice.view["field"] is not None and f"{rest}/".startswith(f"{choice.at}/"):
                at, text = _entered_at(choice, rest, sentence)
                return f"0/{at}", text
        return "", f"{path}: {sentence}" if path else sentence


def deciding(items: Sequence[Item], *, question: str, shape: Shape = ONE, approve: str | None = "Approve") -> Deciding:
    """A control that asks for a decision about each item.

    Args:
        items: at least one, each with at least one choice; their titles are made unique.
        question: what the card asks.
        shape: how the family writes the decisions as one resume value.
        approve: the word for approving, on the button that does so for all the rest; `None`: there is no such button.
    """
    named = _with_unique_titles(items)
    approving = [choice.view["name"] for item in named for choice in item.choices if choice.approves]
    view: DecideControl = {
        "kind": "decide",
        "items": [_view(item) for item in named],
        "rest": approving[0] if approve and approving and len(named) > 1 else None,
        "rest_label": f"{approve or 'Approve'} the rest",
        "submit": "Submit",
    }
    # The items say everything that the payload does.
    return Deciding(view, question=question, description="", context=(), items=named, shape=shape)


def _view(item: Item) -> ItemView:
    from ..texts import markdown

    view: ItemView = {
        "title": item.title,
        "description": markdown.read(item.description) if item.description else None,
        "arguments": list(item.arguments),
        "choices": [choice.view for choice in item.choices],
        "link": item.link,
        "start": item.start,
    }
    approving = item.that_approves(approves=True)
    if item.tool is not None and approving is not None and approving.view["field"] is None:
        view["always"] = item.tool
    return view


def _with_unique_titles(items: Sequence[Item]) -> tuple[Item, ...]:
    named: list[Item] = []
    for item in items:
        taken = {other.title for other in named}
        titles = [item.title, *(f"{item.title} ({number})" for number in range(2, len(items) + 1))]
        named.append(replace(item, title=next(title for title in titles if title not in taken)))
    return tuple(named)


def _entered_at(choice: Choice, path: str, sentence: str) -> tuple[str, str]:
    """A sentence about a part of a decision, at the field where that part is entered."""
    name, field = choice.view["name"], choice.view["field"]
    assert field is not None, "nothing else is entered"
    inside = path[len(choice.at) :].lstrip("/") if f"{path}/".startswith(f"{choice.at}/") else path
    [(drawn, text)] = fields.at_fields({inside: sentence}, field).items()
    return (f"{name}/{drawn}" if drawn else name), text


def _under(prefix: str, error: InvalidAnswerError) -> dict[str, str]:
    return {"/".join(filter(None, (prefix, path))): text for path, text in error.fields.items()}


def _as_entered(reply: Any) -> Any:
    return reply


def _count(things: Sequence[Any], name: str) -> str:
    return f"1 {name}" if len(things) == 1 else f"{len(things)} {name}s"
