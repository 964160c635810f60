"""`ask` and `ask_node`: questions with a type, written as `interrupt()` with a payload of our own."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, TypeVar, cast, overload

from langgraph.errors import GraphInterrupt
from langgraph.types import interrupt
from pydantic import TypeAdapter
from typing_extensions import Unpack

from .. import fields
from ..fields import MISSING, Schema
from ..processes import module_lock
from ..rich import rich
from . import live
from .in_a_graph import check_in_a_graph
from .options import Options, RowOptions, as_json, check, check_default, with_secret
from .types import constraints_of, response_type_of, type_of

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
            `le`, `lt`, `multiple_of`, `min_length`, `max_length`, `pattern`, `format`. `secret=True`
            asks for a text that only this node gets: it is in no trait, decision, recording, log or picture. LangGraph's
            checkpoint has it, as the node needs it when it runs again: SECURITY.md shows how that is encrypted.

    Raises:
        langgraph.errors.GraphInterrupt: the question is asked; LangGraph takes it from here.
        RuntimeError: no graph runs here.
        pydantic.ValidationError: an answer from `Command(resume=...)` does not fit; the question stays open.
        TypeError: the type is none, or an option does not go with it.

    Pictures are shown beside the question, or are what is chosen (`choices=`, `rank=`): see `images` and `choices` in
    `hitl_widgets.asking.options.Options` for what may be one and how large.

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
    options = with_secret(options)
    type = type_of(type, options)
    check("ask", str if type is MISSING else type, options)
    shown = rich(type, options)
    options = cast("RowOptions", {**options, **shown.options})
    if shown.response_type is not None:
        response_type = shown.response_type  # what decides it looks at a default itself
    else:
        response_type = response_type_of(type, options)
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
    options = with_secret(options)
    type = type_of(type, options)
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
        response_type = response_type_of(type, options)
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
_lock = module_lock()


def _interrupt(payload: dict[str, Any], response_type: Any, things: live.Live) -> Any:
    check_in_a_graph(payload["type"])
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
    if tag == "hitl.ask_node" and (constraints := constraints_of(options)):
        payload["constraints"] = {name: as_json(name, value) for name, value in constraints.items()}
    return payload
