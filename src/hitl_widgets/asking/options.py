"""What `ask` and `ask_node` take beside the question and its type, and which of it goes with which type."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from difflib import get_close_matches
from os import PathLike
from typing import Any, Literal, cast, get_origin

from typing_extensions import TypedDict

from .. import fields
from ..errors import InvalidAnswerError
from ..fields import MISSING, Schema
from ..files.rules import FORMATS, KEYWORD
from .files import FILE_OPTIONS

Choices = Sequence[Any] | Mapping[str, Any]


class Constraints(TypedDict, total=False):
    """What an answer must satisfy, in Pydantic's words; `format` as in JSON Schema (`email`, `uri`, `password`)."""

    ge: float | date | time
    gt: float | date | time
    le: float | date | time
    lt: float | date | time
    multiple_of: float
    min_length: int
    max_length: int
    pattern: str
    format: str


class Options(Constraints, total=False):
    """What `ask` and `ask_node` take beside the question and its type."""

    default: Any
    """The answer to start from, as Python or JSON."""
    choices: Choices
    """The answers to choose from: a list, or a dict by label. With a list type, several of them.

    Pictures are drawn. The node gets the very object that was given; the checkpoint, the decisions and recordings have
    its label: the dict's key, a file's name, else the place in the list (`"1"`, `"2"`), which is also an answer.
    """
    description: str
    """The text under the question."""
    multiline: bool
    """A text of several lines."""
    secret: bool
    """The answer is a secret text: only the node that asked gets it. The same as `format="password"`."""
    reason: Literal["none", "optional", "required", "required_to_reject"]
    """Whether a yes/no question asks for a reason, which is kept with the decision."""
    rank: Choices
    """Things to put in order, as a list or a dict by label; the answer is the list of them, the first first.

    Pictures are drawn, as for `choices`.
    """
    compare: str
    """The proposal for a text of several lines: it starts from it (without `default`), and shows how it differs."""
    images: Any
    """Pictures that are shown beside the question: one, a list, or a dict by caption.

    A path, the bytes of a PNG, JPEG, GIF, WebP, AVIF or SVG, a PIL image, a matplotlib figure (or axes, for theirs), a
    numpy array (0 to 255, or 0 to 1 as floats), or what IPython displays as a picture. They go to the browser, and into
    no checkpoint. With Pillow, one of more than 2048 px or 2 MB is scaled down; else, and where that is not possible
    (animations, SVG), 10 MB are the limit, and 30 MB for all of a question.
    """
    timeout: float
    """Seconds within which it should be answered. They are shown; what happens then a policy says."""
    folder: str | PathLike[str]
    """Where a file is looked for, else the kernel's working folder. Whoever sees the card sees the names in it."""
    suffixes: Sequence[str]
    """What the file's name must end with: `[".csv", ".parquet"]`."""
    upload: str | int | bool
    """How large a file may be that is uploaded from the browser: `"10 MB"`, or bytes. Without it none can be."""
    into: str | PathLike[str]
    """The folder for uploads, inside of `folder`; else `uploads`."""


class RowOptions(Options, total=False):
    """What makes rows of a data frame the answer; see `ask`."""

    rows: Any
    """A pandas or polars frame, or a list of dicts."""
    pick: Literal["many", "one"]
    """How many of the rows are answered."""
    edit: bool | Sequence[str]
    """Which columns can be edited."""


CONSTRAINTS = frozenset(Constraints.__annotations__)
_KNOWN = CONSTRAINTS | Options.__annotations__.keys() | RowOptions.__annotations__.keys()

_REASONS = ("none", "optional", "required", "required_to_reject")
_LENGTHS = frozenset({"min_length", "max_length"})
_BOUNDS = frozenset({"ge", "gt", "le", "lt"})
_BY_KIND: dict[str, frozenset[str]] = {
    "string": _LENGTHS | {"pattern", "format", "multiline", "compare"},
    "path": frozenset(),
    "date": _BOUNDS,
    "number": _BOUNDS | {"multiple_of"},
    "integer": _BOUNDS | {"multiple_of"},
    "boolean": frozenset({"reason"}),
    "array": _LENGTHS,
    "object": frozenset(),
}
"""What goes with the values of a JSON type (a date is a text there, and has bounds)."""
_ABOUT_VALUES = CONSTRAINTS | {"multiline", "reason", "compare"}
_FORMATS = ("date", "date-time", "email", "idn-email", "multiline", "password", "time", "uri", "url", "uuid")


def with_secret(options: RowOptions) -> RowOptions:
    """The options, `secret=True` as the format that it is.

    Raises:
        TypeError: another format is asked for too.

    >>> with_secret({"secret": True})
    {'format': 'password'}
    """
    if "secret" not in options:
        return options
    rest = cast("RowOptions", {name: value for name, value in options.items() if name != "secret"})
    if not options["secret"]:
        return rest
    if (other := options.get("format")) not in {None, "password"}:
        raise TypeError(f"secret=True is format='password'; format={other!r} does not go with it.")
    return cast("RowOptions", {**rest, "format": "password"})


def check(asker: str, type_: Any, options: RowOptions) -> None:
    """Whether the options are known and go with the type.

    Args:
        asker: `ask` or `ask_node`, for the messages.
        type_: what is answered; `MISSING` for a type that only the session knows.
        options: the options.

    Raises:
        TypeError: one is unknown, does not go with the type, or is no such option's value.
    """
    if unknown := options.keys() - _KNOWN:
        known = ", ".join(sorted(_KNOWN))
        raise TypeError(f"{asker} does not take {', '.join(sorted(unknown))}; it takes {known}.")
    if (reason := options.get("reason")) not in {None, *_REASONS}:
        raise TypeError(f"reason={reason!r} is none of {', '.join(map(repr, _REASONS))}.")
    timeout: Any = options.get("timeout")
    if timeout is not None and (
        isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout < float("inf")
    ):
        raise TypeError(f"timeout= takes seconds, more than 0, not {timeout!r}.")
    text_format = options.get("format")
    if text_format not in {None, *_FORMATS} and (meant := get_close_matches(str(text_format), _FORMATS, n=1)):
        raise TypeError(f"format={text_format!r} is not known; did you mean {meant[0]!r}?")
    given = {name for name in _ABOUT_VALUES & options.keys() if options.get(name) not in {None, False, "none"}}
    if "rows" in options:
        return  # `rich/rows.py` knows what goes with them
    if useless := {"pick", "edit"} & options.keys():
        raise TypeError(f"{_named(useless)} goes with rows= only.")
    files = options.keys() & FILE_OPTIONS
    if "rank" in options:
        _check_rank(type_, given | files, options)
    elif "choices" in options:
        _check_choices(type_, given | files)
    elif isinstance(type_, dict):
        if files:
            raise TypeError(f"{_named(files)} does not go with a JSON Schema: ask for a Path.")
        if useless := given - {"reason"}:
            raise TypeError(f"{_named(useless)} does not go with a JSON Schema: write it into the schema.")
    elif given and type_ is not MISSING:
        _check_type(type_, given)


def check_default(response_type: Any, default: Any) -> None:
    """Whether a default is an answer; an object may be given in part.

    Raises:
        TypeError: it is not.
    """
    if default is None or isinstance(default, Mapping) or isinstance(response_type, dict):
        return
    plain = as_json("default", default)
    if KEYWORD in json.dumps(fields.from_type(response_type).schema):
        _check_paths(plain)
        return
    try:
        fields.from_type(response_type).check(plain)
    except InvalidAnswerError as error:
        raise TypeError(f"default={default!r} is no answer to this question: {error}") from error


def _check_paths(default: Any) -> None:
    """Whether a default is a path or several. It need not be there yet: a node before this one may write it."""
    paths = cast("list[Any]", default) if isinstance(default, list) else [default]
    if not all(isinstance(path, str) for path in paths):
        raise TypeError(f"default={default!r} is no path.")


def as_json(name: str, value: Any) -> Any:
    """The JSON form of an option's value.

    Raises:
        TypeError: it has none.
    """
    try:
        return fields.as_json(value)
    except InvalidAnswerError as error:
        raise TypeError(f"{name}= must have a JSON form: {error}") from error


def _check_choices(type_: Any, given: set[str]) -> None:
    kind = get_origin(type_) or type_
    if kind in {set, frozenset, tuple, dict}:
        raise TypeError(f"choices= goes with a list (several of them) or with one of them, not with {type_!r}.")
    if useless := given - (_LENGTHS if kind is list else frozenset()):
        raise TypeError(f"{_named(useless)} does not go with choices=.")


def _check_rank(type_: Any, given: set[str], options: Options) -> None:
    if type_ not in (MISSING, str, list) and get_origin(type_) is not list:
        raise TypeError(f"rank= answers with a list, not with {type_!r}.")
    if useless := given | ({"choices"} & options.keys()):
        raise TypeError(f"{_named(useless)} does not go with rank=.")


def _check_type(type_: Any, given: set[str]) -> None:
    schema = fields.from_type(type_).schema
    kinds = _kinds(schema or {})
    if not kinds:
        return  # a type that says too little of its values to tell
    if useless := given - frozenset[str]().union(*(_BY_KIND[kind] for kind in kinds)):
        raise TypeError(f"{_named(useless)} does not go with {getattr(type_, '__name__', type_)}.")


def _kinds(schema: Schema) -> set[str]:
    """The JSON types of a schema's values, without null; none if one cannot tell."""
    branches = cast("list[Schema]", schema.get("anyOf") or [schema])
    kinds = {_kind(branch) for branch in branches} - {"null"}
    return kinds if kinds <= _BY_KIND.keys() else set()


def _kind(schema: Schema) -> str:
    if schema.get("type") == "string" and schema.get("format") in FORMATS:
        return "path"
    if schema.get("type") == "string" and schema.get("format") in {"date", "date-time", "time", "duration"}:
        return "date"
    return str(schema.get("type"))


def _named(options: set[str]) -> str:
    return ", ".join(f"{name}=" for name in sorted(options))
