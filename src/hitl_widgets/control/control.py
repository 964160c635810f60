"""Control: how a human is asked. Python chooses it, the browser draws it; `answerable.py` is what becomes of the reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from .. import fields
from ..fields import MISSING, Schema
from ..protocol import ApprovalControl, FieldView, FormControl
from ..texts.jsonable import jsonable
from .answerable import Answerable, Reason
from .live_widget import widget_view


@dataclass(frozen=True)
class Control(Answerable):
    """How one request is asked. Python chooses it, the browser draws its `view`.

    Make one with `form`, `approval`, `text`, `choice`, `json` or `of_widget`.

    Attributes:
        view: what the browser draws.
        schema: JSON Schema of the answer. Without one, an answer from code goes to the graph as it is.
        parse: makes the resume value of the checked answer; a `ValueError` or a Pydantic error refuses it.
        question: what the card says in place of the payload's own question.
        description: the same for the text under it, which is read as Markdown.
        context: the parts of the payload that the card shows; `None` leaves it to the payload.
        widget: the live widget, for a control that is one.
        default: the answer to start from, if one was given.
        decided: what of a resume value is remembered as the decision, and the reason in it; else all of it.
        keys: for an approval whose answer is an object; without them the decision is all of the answer.
        fetch: what the browser may ask for while the card is shown (a page of a table, a folder's files); an
            `InvalidAnswerError` refuses it in words.
        assets: the pictures that the view names, as `data:` URLs by name.
        from_code: makes JSON of an answer from code that has none by itself, such as a picture of `choices=`.
        for_secret: a secret is asked for, whatever it is entered with.
        before: what it was before it was made to start from an earlier answer, which nobody has called a default.

    >>> control = Control.form({"type": "integer", "minimum": 0}, default=3)
    >>> control.accept(7), control.default_reply()
    (7, 3)
    """

    @classmethod
    def form(
        cls,
        of: Any,
        *,
        title: str | None = None,
        description: str | None = None,
        default: Any = MISSING,
        submit: str = "Submit",
    ) -> Control:
        """A form. It resumes with JSON: a model's answer is a dict, with the model's own defaults and validators.

        Args:
            of: a Pydantic model, a dataclass, a TypedDict, any annotation (`list[int]`), or a JSON Schema as a dict.
            title: what the card asks, else the payload's question.
            description: the text under it.
            default: the value to start from, as Python or JSON; else the type's own defaults.
            submit: the name of the button.

        Raises:
            TypeError: `of` is neither a type nor a schema.

        >>> Control.form(list[int]).accept((1, 2))
        [1, 2]
        """
        start = default if default is MISSING else fields.as_json(default)
        if isinstance(of, dict):
            schema, parse = cast("Schema", of), None
        else:
            python_type = fields.from_type(of)
            schema, parse = python_type.schema, python_type.normalise
        if schema is not None:
            schema = fields.replaced(schema)
        view = _form(fields.field_for(schema, default=start), submit)
        return cls(view, schema=schema, parse=parse, question=title, description=description, default=start)

    @classmethod
    def approval(
        cls,
        *,
        approve: str = "Approve",
        reject: str = "Reject",
        reason: Reason = "optional",
        reason_label: str = "Reason",
        title: str | None = None,
        description: str | None = None,
        default: bool | None = None,
    ) -> Control:
        """Two buttons; the graph gets `True` or `False`, and the reason is kept with the decision.

        Args:
            approve: the name of the button for `True`.
            reject: the name of the button for `False`.
            reason: whether a reason is asked for.
            reason_label: the name of its text field.
            title: what the card asks, else the payload's question.
            description: the text under it.
            default: what `unattended=hitl.defaults` takes.

        >>> Control.approval().accept(False)
        False
        """
        view: ApprovalControl = {
            "kind": "approval",
            "approve": approve,
            "reject": reject,
            "reason": reason,
            "reason_label": reason_label,
        }
        start = MISSING if default is None else default
        return cls(view, schema={"type": "boolean"}, question=title, description=description, default=start)

    @classmethod
    def text(
        cls,
        *,
        multiline: bool = False,
        format: Literal["email", "url", "password"] | None = None,
        min_length: int | None = None,
        max_length: int | None = None,
        pattern: str | None = None,
        title: str | None = None,
        description: str | None = None,
        default: str | None = None,
        submit: str = "Submit",
    ) -> Control:
        """A text of one line, or of several. With `min_length=0` it may be left empty.

        Args:
            multiline: whether Enter starts a new line; Ctrl/Cmd+Enter then submits.
            format: what kind of text; a `password` is kept out of decisions, recordings and logs.
            min_length: how many characters (code points) at least.
            max_length: how many at most.
            pattern: a regular expression (ECMA 262) that is found in the text.
            title: what the card asks, else the payload's question.
            description: the text under it.
            default: the text to start from.
            submit: the name of the button.

        >>> Control.text(format="email").accept("ada@example.org")
        'ada@example.org'
        """
        bounds = {"format": format, "minLength": min_length, "maxLength": max_length, "pattern": pattern}
        schema: Schema = {"type": "string", **{name: bound for name, bound in bounds.items() if bound is not None}}
        if multiline:
            schema["x-multiline"] = True
        start = MISSING if default is None else default
        return cls.form(schema, title=title, description=description, default=start, submit=submit)

    @classmethod
    def choice(
        cls,
        options: Sequence[Any] | Mapping[str, Any],
        *,
        multiple: bool = False,
        min_items: int | None = None,
        max_items: int | None = None,
        title: str | None = None,
        description: str | None = None,
        default: Any = MISSING,
        submit: str = "Submit",
    ) -> Control:
        """One of several choices, or several of many.

        Args:
            options: the values; or their values by label; or dicts with `value` and `label`.
            multiple: whether several may be chosen; the answer is then a list.
            min_items: with `multiple`, how many at least.
            max_items: with `multiple`, how many at most.
            title: what the card asks, else the payload's question.
            description: the text under it.
            default: what is chosen to start with.
            submit: the name of the button.

        >>> Control.choice({"Europe": "eu", "America": "us"}).accept("eu")
        'eu'
        """
        schema = fields.choice_schema(options)
        if multiple:
            counts = {"minItems": min_items, "maxItems": max_items}
            given = {name: count for name, count in counts.items() if count is not None}
            schema = {"type": "array", "items": schema, "uniqueItems": True, **given}
        return cls.form(schema, title=title, description=description, default=default, submit=submit)

    @classmethod
    def json(
        cls,
        default: Any = MISSING,
        *,
        title: str | None = None,
        description: str | None = None,
        submit: str = "Submit",
    ) -> Control:
        """The JSON editor: any JSON value, to the last digit.

        >>> Control.json({"a": 1.0}).default_reply()
        {'a': 1.0}
        """
        text, too_large = (None, None) if default is MISSING else fields.json_start(fields.as_json(default))
        field: FieldView = {
            "type": "json",
            "label": "Answer",
            "help": too_large,
            "required": True,
            "nullable": False,
            "default_text": text,
        }
        return cls(_form(field, submit), question=title, description=description)

    @classmethod
    def of_widget(cls, widget: Any, *, title: str | None = None, description: str | None = None) -> Control:
        """A live ipywidget or anywidget; the answer is its `value` trait.

        Raises:
            ControlError: it has no `value` trait, or is not a widget.
        """
        return cls(widget_view(widget, "Submit"), widget=widget, question=title, description=description)

    def named(self, question: str) -> Control:
        """The same control, with another question."""
        return replace(self, question=question)

    def held_to(self, schema: Schema | None) -> Control:
        """The same control, its answers held to another schema."""
        return replace(self, schema=schema)

    def checked_by(self, schema: Schema | None) -> Control:
        """The same control, its answers held to a schema, if it has none of its own."""
        return self if self.schema is not None or schema is None else self.held_to(schema)

    def starting_from_payload(self, payload: Any) -> Control:
        """The same form starting from a payload, if it was given no default and has a field for each of its parts."""
        view = self.view
        if view["kind"] != "form" or self.default is not MISSING or self.schema is None:
            return self
        value, field = jsonable(payload), view["field"]
        names = {named["name"] for named in field["fields"]} if field["type"] == "object" else set[str]()
        if not isinstance(value, dict) or not cast("Schema", value).keys() <= names:
            return self
        # What the form shows need not be said above it once more.
        return replace(self.starting_from(value), context=() if self.context is None else self.context)

    def starting_from(self, value: Any) -> Control:
        """The same form starting from another value; a control that is no form, or holds a secret, stays as it is."""
        view = self.view
        if view["kind"] != "form" or self.secret:
            return self
        plain, field = jsonable(value), view["field"]
        if self.schema is None or _says_more_than_its_schema(field):
            try:
                started = fields.starting_from(fields.with_room(field, plain), fields.encode(field, plain))
            except fields.CannotShowError:
                return self  # as where the folder is another by now
        else:
            anew = fields.field_for(self.schema, label=field["label"], default=plain)
            started = cast("FieldView", {**anew, "nullable": field["nullable"]})
        return replace(self, view=_form(started, view["submit"]), default=plain)

    def starting_from_answer(self, value: Any) -> Control:
        """The same form starting from an answer that was given before; its default stays what it was."""
        started = self.starting_from(value)
        # Where the payload is what a form without a schema starts from, it is read there alone.
        shows_payload = self.schema is None and self.context == () and started is not self
        return replace(started, before=self, context=None if shows_payload else self.context)


def _form(field: FieldView, submit: str) -> FormControl:
    return {"kind": "form", "field": field, "submit": submit}


def _says_more_than_its_schema(field: FieldView) -> bool:
    """Whether a question has put something into the field that no schema says: its folder, its pictures."""
    return field["type"] in {"file", "choice", "choices", "rank"} or (
        field["type"] == "list" and _says_more_than_its_schema(field["item"])
    )
