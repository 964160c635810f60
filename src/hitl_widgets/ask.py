"""`ask` and `ask_node`: questions with a type, written as `interrupt()` with a payload of our own."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, Protocol, TypeVar, cast, get_args, get_origin, overload

from langgraph.errors import GraphInterrupt
from langgraph.types import interrupt
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, WithJsonSchema
from typing_extensions import Unpack

from . import fields, live
from .ask_files import FILE_OPTIONS, file_type
from .ask_options import CONSTRAINTS, Choices, Options, RowOptions, as_json, check, check_default
from .errors import InvalidAnswerError
from .fields import MISSING, Schema
from .rich import rich

T = TypeVar("T")


class AskNode(Protocol):
    """What `ask_node` makes: a node, called with the state (which LangGraph's types want by this name)."""

    __name__: str

    def __call__(self, state: Any) -> dict[str, Any]: ...


@overload
def ask(
    question: str,
    /,
    *,
    rows: Any,
    pick: Literal["many"] = ...,
    edit: bool | Sequence[str] = ...,
    min_length: int = ...,
    max_length: int = ...,
    default: Any = ...,
    description: str = ...,
    images: Any = ...,
    key: str | None = None,
) -> list[dict[str, Any]]: ...
@overload
def ask(
    question: str,
    /,
    *,
    rows: Any,
    pick: Literal["one"],
    edit: bool | Sequence[str] = ...,
    default: Any = ...,
    description: str = ...,
    images: Any = ...,
    key: str | None = None,
) -> dict[str, Any]: ...
@overload
def ask(question: str, /, *, key: str | None = None, **options: Unpack[Options]) -> str: ...
@overload
def ask(question: str, type: type[T], /, *, key: str | None = None, **options: Unpack[Options]) -> T: ...
@overload
def ask(question: str, type: Any, /, *, key: str | None = None, **options: Unpack[Options]) -> Any: ...
def ask(question: str, type: Any = MISSING, /, *, key: str | None = None, **options: Unpack[RowOptions]) -> Any:
    """Ask a human, from inside a node; returns the answer, a value of the type.

    The answer is checked before the graph resumes and again in the node, also when nothing but
    `Command(resume=...)` drives the graph; one that does not fit leaves the question open.

    Args:
        question: what is asked.
        type: what is answered: a type, an annotation (`Literal["EU", "US"]`, `list[int]`), a Pydantic model, a
            dataclass, a TypedDict, or a JSON Schema; a text if not given. A `Path` is a file that is picked or
            uploaded, a `list[Path]` several, Pydantic's `DirectoryPath` a folder.
        key: the name of the question, for `session.answer(value, to=key)` and `unattended={key: value}`; else the
            node's.
        **options: `default`, `choices`, `rank`, `rows` (below), `description` (Markdown), `multiline`, `compare`, `images`, `reason`,
            `timeout` (seconds, which the card counts down from when it is first shown; `hitl.policy(timeout=...)`
            takes the default then), for files `folder`, `suffixes`, `upload`, `into`, and the constraints `ge`, `gt`,
            `le`, `lt`, `multiple_of`, `min_length`, `max_length`, `pattern`, `format`.

    Raises:
        langgraph.errors.GraphInterrupt: the question is asked; LangGraph takes it from here.
        pydantic.ValidationError: an answer from `Command(resume=...)` does not fit; the question stays open.
        TypeError: the type is none, or an option does not go with it.

    Pictures are shown beside the question, or are what is chosen (`choices=`, `rank=`): see `images` and `choices` in
    `hitl_widgets.ask_options.Options` for what may be one and how large.

    >>> def choose(state):
    ...     budget = ask("Budget?", float, default=100, ge=0)
    ...     region = ask("Where to?", choices=["EU", "US"], key="region")
    ...     orders = ask("Which orders?", Path, folder="data", suffixes=[".csv"], upload="10 MB")
    ...     return {"budget": budget, "region": region, "orders": orders}

    With `rows=`, a pandas or polars frame or a list of dicts, it is asked which of the rows. It returns the rows that
    were ticked, as they stand, in the frame's order: a list of dicts, `pick="one"` a dict. `edit=True`, or a list of
    columns, lets their cells be edited. `min_length` and `max_length` say how many rows; `default` names rows to start
    from, by position or as records (which may have edits in them). The frame itself is in no checkpoint, so after a
    restart the node has to bring it again.

    The values are JSON: texts, numbers and booleans as they are, `None` for what is missing (`NaN`, `NaT`, `NA`), ISO
    8601 texts for dates, times and durations, texts with all their digits for decimals and for integers of more than
    64 bits, `"Infinity"` for what is infinite. A pandas index that is more than a count of the rows is a column, called
    by its name or `index`; a column name that is no text is its text.

    >>> def restock(state):
    ...     stock = [{"item": "tea", "left": 3}, {"item": "milk", "left": 0}]
    ...     return {"orders": ask("Which do we order?", rows=stock, edit=["left"])}
    """
    type = _type_of(type, options)
    check("ask", str if type is MISSING else type, options)
    shown = rich(type, options)
    options = cast("RowOptions", {**options, **shown.options})
    if shown.response_type is not None:
        response_type = shown.response_type  # what decides it looks at a default itself
    else:
        response_type = _response_type(type, options)
        check_default(response_type, options.get("default"))
    payload = {**_payload("hitl.ask", question, key, options), **shown.payload}
    answer = _interrupt(payload, response_type, shown.things)
    return answer if shown.read is None else shown.read(answer)


def ask_node(
    key: str,
    question: str | Callable[[Any], str],
    type: Any = MISSING,
    /,
    **options: Unpack[RowOptions],
) -> AskNode:
    """A node that asks, and writes the answer to a state key. Its name is `ask_<key>`.

    Args:
        key: the state key that it writes, and the question's name.
        question: what is asked, or a function of the state that says it.
        type: what is answered, as for `ask`. If not given the session takes the state key's annotation, and
            without a session (`Command(resume=...)`) any value is taken as it is.
        **options: as for `ask`. Of `choices` that are pictures the state gets the label: it goes through the checkpoint.

    >>> ask_node("budget", "What's your budget?").__name__
    'ask_budget'
    """
    type = _type_of(type, options)
    check("ask_node", type, options)
    shown = rich(type, options)
    options = cast("RowOptions", {**options, **shown.options})
    decided = {"choices", "rank", "compare"} & options.keys()
    # Whatever is wrong with the options shows where the node is made, not when it is reached.
    _payload("hitl.ask_node", "", key, options)
    if shown.response_type is not None:
        response_type = shown.response_type
    elif type is MISSING and not decided:
        response_type = None
    else:
        response_type = _response_type(type, options)
        if not isinstance(response_type, dict):
            fields.from_type(response_type)
        check_default(response_type, options.get("default"))

    def node(state: Any) -> dict[str, Any]:
        text = question if isinstance(question, str) else question(state)
        payload = {**_payload("hitl.ask_node", text, key, options), **shown.payload}
        return {key: _interrupt(payload, response_type, shown.things)}

    node.__name__ = node.__qualname__ = f"ask_{key}"
    node.__doc__ = question if isinstance(question, str) else question.__doc__
    return cast("AskNode", node)


def live_type(payload: Any, response_schema: Schema | None) -> Any:
    """The Python type of a question that was asked in this process, so that its validators can run before the resume.

    Args:
        payload: the payload of `ask` or `ask_node`.
        response_schema: the schema that came with it.

    Returns:
        The type, constraints included, or `None`: after a restart only the schema is known.
    """
    with _lock:
        found = _asked.get(_identity(payload), None)
    if found is None or TypeAdapter[Any](found).json_schema() != response_schema:
        return None
    return found


_MOST_REMEMBERED = 256
_asked: OrderedDict[str, Any] = OrderedDict()
"""The types of the last questions, by payload; a question that is asked again is the newest again."""
_lock = threading.Lock()


def _interrupt(payload: dict[str, Any], response_type: Any, things: live.Live) -> Any:
    try:
        return interrupt(payload) if response_type is None else interrupt(payload, response_schema=response_type)
    except GraphInterrupt as asked:
        try:
            live.keep(asked.args[0], things)
        except Exception as error:
            raise error from None  # it fails the node; that it was about to ask does not matter
        if response_type is not None and not isinstance(response_type, dict):
            _remember(payload, response_type)
        raise


def _remember(payload: dict[str, Any], response_type: Any) -> None:
    identity = _identity(payload)
    with _lock:
        _asked[identity] = response_type
        _asked.move_to_end(identity)
        while len(_asked) > _MOST_REMEMBERED:
            _asked.popitem(last=False)


def _identity(payload: Any) -> str:
    return json.dumps(payload, sort_keys=True, default=repr)


def _payload(tag: str, question: str, key: str | None, options: RowOptions) -> dict[str, Any]:
    """The payload, all JSON: it goes through any checkpointer and to any client."""
    payload: dict[str, Any] = {"type": tag, "question": question}
    if key is not None:
        payload["key"] = key
    for name in ("description", "reason", "timeout"):
        if options.get(name) is not None:
            payload[name] = options.get(name)
    if "default" in options:
        payload["default"] = as_json("default", options["default"])
    elif "compare" in options:
        payload["default"] = options["compare"]
    if tag == "hitl.ask_node" and (constraints := _constraints(options)):
        payload["constraints"] = {name: as_json(name, value) for name, value in constraints.items()}
    return payload


def _type_of(type_: Any, options: RowOptions) -> Any:
    """The type, where an option says it: what is about files asks for one."""
    about_files = not options.keys().isdisjoint(FILE_OPTIONS) and "rank" not in options
    return Path if type_ is MISSING and about_files else type_


def _constraints(options: RowOptions) -> dict[str, Any]:
    """The constraints, as Pydantic's `Field` takes them."""
    given: dict[str, Any] = {name: value for name, value in options.items() if name in CONSTRAINTS}
    extra: Schema = {}
    if (text_format := given.pop("format", None)) is not None:
        extra["format"] = text_format
    proposal = options.get("compare")
    if options.get("multiline") or proposal is not None:
        extra["x-multiline"] = True
    if proposal is not None:
        extra["x-compare"] = proposal
    for name, keyword in _MOMENT_BOUNDS.items():
        bound = given.get(name)
        if isinstance(bound, date | time):
            extra[keyword] = bound.isoformat()  # Pydantic 2.14 puts no bounds of dates into its schema
    return {**given, "json_schema_extra": extra} if extra else given


_MOMENT_BOUNDS = {
    "ge": "formatMinimum",
    "gt": "formatExclusiveMinimum",
    "le": "formatMaximum",
    "lt": "formatExclusiveMaximum",
}


def _response_type(type_: Any, options: RowOptions) -> Any:
    """The type as `interrupt` takes it, with everything that an answer must satisfy.

    Raises:
        TypeError: it is no type, or a constraint does not go with it.
    """
    if "rank" in options:
        return _all_of(options["rank"])
    if "choices" in options:
        return _one_of(options, several=(get_origin(type_) or type_) is list)
    if isinstance(type_, dict):
        return _of_schema(cast("Schema", type_))
    type_ = str if type_ is MISSING else type_
    if not fields.is_type(type_):
        raise TypeError(f"{type_!r} cannot be asked for: it is no type. Choices go into choices=[...].")
    response_type = file_type(type_, options) or fields.portable(type_)
    if constraints := _constraints(options):
        response_type = Annotated[response_type, Field(**constraints)]
    if text_format := options.get("format"):
        response_type = Annotated[response_type, AfterValidator(_checked_by({"format": text_format}))]
    if _is_number(type_):
        response_type = Annotated[response_type, BeforeValidator(_not_bool)]
    return response_type


def _of_schema(schema: Schema) -> Any:
    if "$ref" in json.dumps(schema):
        # Pydantic 2.14 cannot carry references of another's making, so LangGraph gets the schema as it is, and does
        # not hold `Command(resume=...)` to it. The session does.
        return schema
    return Annotated[Any, AfterValidator(_checked_by(schema)), WithJsonSchema(schema)]


def _one_of(options: RowOptions, *, several: bool) -> Any:
    """One of the choices (or several of them): as JSON on the way here, as they were given in the node."""
    choices = options.get("choices", ())
    schema = fields.choice_schema(choices)
    if several:
        counts = {"minItems": options.get("min_length"), "maxItems": options.get("max_length")}
        given = {name: count for name, count in counts.items() if count is not None}
        schema = {"type": "array", "items": schema, "uniqueItems": True, **given}
    return _of_choices(schema, choices)


def _all_of(things: Choices) -> Any:
    """All of several things in an order.

    Raises:
        TypeError: a thing is there twice, and would not be told from itself.
    """
    plain = [fields.as_json(value) for value in fields.choice_values(things)]
    twice = next((value for at, value in enumerate(plain) if any(fields.same(value, one) for one in plain[:at])), None)
    if twice is not None:
        raise TypeError(f"rank= has {twice!r} twice.")
    count = len(plain)
    items = fields.choice_schema(things)
    return _of_choices(
        {"type": "array", "items": items, "uniqueItems": True, "minItems": count, "maxItems": count, "x-rank": True},
        things,
    )


def _of_choices(schema: Schema, choices: Choices) -> Any:
    values = [(fields.as_json(value), value) for value in fields.choice_values(choices)]
    check = _checked_by(schema)

    def chosen(answer: Any) -> Any:
        return next(value for plain, value in values if fields.same(plain, answer))

    def read(answer: Any) -> Any:
        plain = check(fields.as_json(answer))
        return [chosen(one) for one in plain] if schema.get("type") == "array" else chosen(plain)

    return Annotated[Any, AfterValidator(read), WithJsonSchema(schema)]


def _checked_by(schema: Schema) -> Callable[[Any], Any]:
    def check(answer: Any) -> Any:
        if errors := fields.validate(schema, answer):
            raise ValueError(str(InvalidAnswerError(errors)))
        return answer

    return check


def _is_number(type_: Any) -> bool:
    kinds = set(get_args(type_) or (type_,)) - {NoneType}
    return bool(kinds) and kinds <= {int, float, Decimal}


def _not_bool(answer: Any) -> Any:
    if isinstance(answer, bool):
        raise ValueError("Not a number.")  # noqa: TRY004  a TypeError would not refuse the answer but fail the node
    return answer
