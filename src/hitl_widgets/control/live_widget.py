"""A widget of the user's own as a control: what makes one usable, and how its value is read and written."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal
from weakref import WeakSet

from ..errors import ControlError, InvalidAnswerError
from ..protocol import WidgetControl
from ..texts.raised import ANYBODYS, message_of

_EMPTIED: WeakSet[Any] = WeakSet()
"""The widgets that are empty until something else is asked with them."""

# traitlets and ipywidgets are only met through the widget itself, so that the core runs without them.


def is_widget(value: Any) -> bool:
    """Whether a value is a live widget (ipywidgets 8, anywidget 0.11)."""
    return hasattr(value, "model_id") and not isinstance(value, type) and hasattr(value, "traits")


def is_widget_class(value: Any) -> bool:
    """Whether a value is the class of such widgets, as where somebody forgets to make one."""
    return isinstance(value, type) and hasattr(value, "model_id") and hasattr(value, "traits")


def widget_view(widget: Any, submit: str) -> WidgetControl:
    """The view of a card that mounts this widget.

    Raises:
        ControlError: it has no `value` trait, or is not a widget.
    """
    if not is_widget(widget):
        raise ControlError(f"{widget!r} is not a widget: an ipywidget or anywidget with a `value` trait is needed.")
    if not widget.has_trait("value"):
        name = type(widget).__name__
        raise ControlError(
            f"{name} has no `value` trait, which is what it would answer with. Give it one in a class of your own, "
            f"`class Mine({name}): value = traitlets.Any().tag(sync=True)`, and set it whenever what it shows changes."
        )
    if widget in _EMPTIED:
        _EMPTIED.discard(widget)
        widget.unobserve(_stay_empty, "value")
    is_anywidget = any(base.__module__.partition(".")[0] == "anywidget" for base in type(widget).__mro__)
    kind = "anywidget:" if is_anywidget else "IPY_MODEL_"
    return {"kind": "widget", "ref": f"{kind}{widget.model_id}", "trait": _synced_trait(widget), "submit": submit}


def _synced_trait(widget: Any) -> Literal["value", "index"]:
    """The trait in which the browser has the value."""
    # Dropdown, Select and the like (ipywidgets 8.1) keep `value` in the kernel and sync only an `index`.
    is_selection = not widget.trait_metadata("value", "sync") and widget.has_trait("index")
    return "index" if is_selection else "value"


def value_of(widget: Any) -> Any:
    """The widget's value, as Python has it."""
    return widget.value


def assign(widget: Any, value: Any) -> Any:
    """The widget's value, after one from code has been given to it.

    Raises:
        InvalidAnswerError: the trait refuses the value, or makes another of it (a slider keeps to its bounds).
    """
    try:
        widget.value = value
    except ANYBODYS as error:
        raise InvalidAnswerError(message_of(error) or type(error).__name__) from error
    taken = widget.value
    if not _is_same(taken, value):
        raise InvalidAnswerError(f"{type(widget).__name__} makes {taken!r} of it.")
    return taken


def _is_same(taken: Any, value: Any) -> bool:
    if isinstance(taken, tuple) and isinstance(value, list):
        value = tuple(value)  # SelectMultiple and the like
    try:
        return bool(taken == value)
    except ValueError:
        return True  # an array compares part by part; its trait has taken it


def is_password(widget: Any) -> bool:
    """Whether a widget's value is not to be seen: ipywidgets' `Password`, or one derived from it."""
    return widget is not None and any(
        (base.__module__.partition(".")[0], base.__name__) == ("ipywidgets", "Password")
        for base in type(widget).__mro__
    )


def empty(widget: Any) -> None:
    """Put the widget's value back to what its class starts from: a saved notebook has it.

    And leave it there: what was typed may arrive after the answer, which a busy kernel gets from a message of its own.
    """
    if widget not in _EMPTIED:
        _EMPTIED.add(widget)
        widget.observe(_stay_empty, "value")
    _stay_empty({"owner": widget})


def _stay_empty(change: Any) -> None:
    widget = change["owner"]
    with suppress(*ANYBODYS):  # a validator of the user's own may not have it
        widget.value = widget.trait_defaults("value")


def set_value(widget: Any, reply: Any) -> Any:
    """The widget's value, after the browser's has been written to it: a trait update may still be on its way.

    Raises:
        InvalidAnswerError: the trait refuses the value.
    """
    trait = _synced_trait(widget)
    from_json = widget.trait_metadata(trait, "from_json")
    try:
        setattr(widget, trait, reply if from_json is None else from_json(reply, widget))
    except ANYBODYS as error:
        # TraitError from the trait, anything from a validator or deserializer of the user's own.
        raise InvalidAnswerError(message_of(error) or type(error).__name__) from error
    return widget.value
