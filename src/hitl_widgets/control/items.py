"""What is decided about: items, the decisions that are allowed for each, and how a family writes them as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..fields import Schema
from ..protocol import ArgumentView, ChoiceView, FieldView, LinkView


def _nothing(_entered: Any) -> dict[str, Any]:
    return {}


def _no_details(_decision: dict[str, Any]) -> str:
    return ""


@dataclass(frozen=True)
class Choice:
    """A decision that is allowed for an item.

    Attributes:
        view: how it is drawn; its name is also the decision's tag.
        schema: JSON Schema of the whole decision.
        past: what the timeline says, such as `Approved`.
        approves: whether it approves or refuses; `None` for neither. `True` and `False` from code stand for these.
        make: what was entered into the field → the rest of the decision.
        at: where in the decision stands what was entered, such as `edited_action/args`.
        details: what the timeline says beside `past`.
        implied: the keys that a decision from code may leave out.
    """

    view: ChoiceView
    schema: Schema
    past: str
    approves: bool | None = None
    make: Callable[[Any], dict[str, Any]] = _nothing
    at: str = ""
    details: Callable[[dict[str, Any]], str] = _no_details
    implied: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Item:
    """Something to decide about: a tool call, an action, a request of a server.

    Attributes:
        title: names it; in a card of several, its group.
        choices: at least one.
        description: what is said of it, as Markdown.
        arguments: the values to read before deciding.
        link: the page that it asks to visit; the choice with the tone `primary` agrees to.
        start: the choice whose field is seen from the start.
        tool: what it asks to call, as the program knows it, if it does.
    """

    title: str
    choices: tuple[Choice, ...]
    description: str | None = None
    arguments: Sequence[ArgumentView] = ()
    link: LinkView | None = None
    start: str | None = None
    tool: str | None = None

    @property
    def secrets(self) -> frozenset[str]:
        """The arguments whose values are not told."""
        return frozenset(argument["name"] for argument in self.arguments if argument["type"] == "secret")

    def choice(self, name: object) -> Choice | None:
        """The choice of that name, if it is allowed here."""
        return next((choice for choice in self.choices if choice.view["name"] == name), None)

    def that_approves(self, approves: bool) -> Choice | None:  # noqa: FBT001  it is the answer
        """What `True` or `False` from code stands for."""
        return next((choice for choice in self.choices if choice.approves is approves), None)

    @property
    def allowed(self) -> str:
        """The names of its choices, for a sentence."""
        return ", ".join(choice.view["name"] for choice in self.choices)


@dataclass(frozen=True)
class Shape:
    """How a family writes the decisions of all items as one resume value.

    Attributes:
        pack: the decisions, in the order of the items → the resume value.
        unpack: a resume value → its decisions; `None` for anything else, which is then the decision about every item.
        at: where in the resume value an item's decision stands.
        tag: the key that names a decision.
    """

    pack: Callable[[list[Any]], Any]
    unpack: Callable[[Any], list[Any] | None]
    at: Callable[[int], str]
    tag: str = "type"


ONE = Shape(pack=lambda decisions: decisions[0], unpack=lambda _value: None, at=lambda _index: "")
"""The resume value is the decision about the one item."""


def plain_choice(
    name: str, label: str, *, tone: Any = "neutral", field: FieldView | None = None, edits: bool = False
) -> ChoiceView:
    """How a choice is drawn."""
    return {"name": name, "label": label, "tone": tone, "field": field, "edits": edits}
