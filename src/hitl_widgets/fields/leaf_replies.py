"""What the browser replies to a field that holds one value: a text, a number, a choice, a date, JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from ..errors import InvalidAnswerError
from ..protocol import (
    ChoiceField,
    ChoicesField,
    DateField,
    DateTimeField,
    FieldView,
    FileField,
    NumberField,
    RankField,
    TextField,
    TimeField,
)
from . import formats, words
from .json_text import parse_json
from .moments import out_of_bounds
from .patterns import TooSlowError, found
from .values import is_integral, is_list, is_multiple, is_number, is_storable, same, survives_javascript


class Refused(Exception):  # noqa: N818  not an error: a sentence on its way to its path
    """What is wrong with one field."""


def read_leaf(field: FieldView, reply: Any) -> Any:
    """The JSON value that a reply to a field without others inside stands for.

    Raises:
        Refused: it does not fit.
    """
    match field["type"]:
        case "text":
            return _read_text(field, reply)
        case "number":
            return _read_number(field, reply)
        case "boolean":
            return _read_boolean(reply)
        case "choice":
            return _read_choice(field, reply)
        case "choices":
            return _read_choices(field, reply)
        case "rank":
            return _read_rank(field, reply)
        case "file":
            return _read_file(field, reply)
        case "date":
            return _within(field, _formatted(reply, formats.is_date, words.NOT_DATE))
        case "datetime":
            moment = _within(field, _formatted(reply, formats.is_datetime, words.NOT_DATETIME))
            return formats.normal_datetime(moment)
        case "time":
            return formats.normal_time(_within(field, _formatted(reply, formats.is_time, words.NOT_TIME)))
        case "json":
            return _read_json(reply)
        case _:
            raise AssertionError("what holds other fields is read field by field")


def _read_text(field: TextField, reply: Any) -> str:
    if not isinstance(reply, str) or not is_storable(reply):
        raise Refused(words.NOT_TEXT)
    if (shortest := field["min_length"]) is not None and len(reply) < shortest:
        raise Refused(words.at_least_characters(shortest))
    if (longest := field["max_length"]) is not None and len(reply) > longest:
        raise Refused(words.at_most_characters(longest))
    fits, sentence = formats.TEXT_FORMATS.get(field["format"] or "", (None, ""))
    if fits is not None and not fits(reply):
        raise Refused(sentence)
    if (pattern := field["pattern"]) is not None:
        try:
            if not found(pattern, reply):
                raise Refused(words.no_match(pattern))
        except TooSlowError:
            raise Refused(words.TOO_SLOW) from None
    return reply


def _read_number(field: NumberField, reply: Any) -> int | float:
    if not is_number(reply):
        raise Refused(words.NOT_INTEGER if field["integer"] else words.NOT_NUMBER)
    number = cast("int | float", reply)
    if field["integer"] and not is_integral(number):
        raise Refused(words.NOT_INTEGER)
    for sentence in _out_of_bounds(field, number):
        raise Refused(sentence)
    if field["integer"]:
        return int(number)
    # JavaScript writes a float of many digits as an integer, the last of them as zeros.
    return number if survives_javascript(number) else float(number)


def _out_of_bounds(field: NumberField, number: float) -> Iterator[str]:
    if (bound := field["minimum"]) is not None and number < bound:
        yield words.at_least(bound)
    if (bound := field["exclusive_minimum"]) is not None and number <= bound:
        yield words.more_than(bound)
    if (bound := field["maximum"]) is not None and number > bound:
        yield words.at_most(bound)
    if (bound := field["exclusive_maximum"]) is not None and number >= bound:
        yield words.less_than(bound)
    if (step := field["multiple_of"]) is not None and not is_multiple(number, step):
        yield words.multiple_of(step)


def _read_boolean(reply: Any) -> bool:
    if not isinstance(reply, bool):
        raise Refused(words.CHOOSE_ONE)
    return reply


def _read_choice(field: ChoiceField | ChoicesField, reply: Any) -> Any:
    for option in field["options"]:
        if same(option["value"], reply):
            return option["value"]
    raise Refused(words.NOT_A_CHOICE)


def _read_choices(field: ChoicesField, reply: Any) -> list[Any]:
    if not is_list(reply):
        raise Refused(words.NOT_A_LIST)
    chosen = [_read_choice(field, item) for item in reply]
    if any(same(item, other) for index, item in enumerate(chosen) for other in chosen[:index]):
        raise Refused(words.CHOSEN_TWICE)
    if (fewest := field["min_items"]) is not None and len(chosen) < fewest:
        raise Refused(words.choose_at_least(fewest))
    if (most := field["max_items"]) is not None and len(chosen) > most:
        raise Refused(words.choose_at_most(most))
    return chosen


def _read_rank(field: RankField, reply: Any) -> list[Any]:
    values = [option["value"] for option in field["options"]]
    if not is_list(reply) or len(reply) != len(values) or not all(any(same(v, w) for w in reply) for v in values):
        raise Refused(words.NOT_A_RANKING)
    return reply


def _read_file(field: FileField, reply: Any) -> str:
    """What can be said of a path without looking for it."""
    if not isinstance(reply, str) or not is_storable(reply) or "\0" in reply:
        raise Refused(words.NOT_A_PATH)
    if field["kind"] == "file" and reply.endswith("/"):
        raise Refused(words.PICK_A_FILE)
    suffixes = field["suffixes"]
    if suffixes and not reply.lower().endswith(tuple(suffix.lower() for suffix in suffixes)):
        raise Refused(words.must_end_with(suffixes))
    return reply


def _within(field: DateField | DateTimeField | TimeField, text: str) -> str:
    for sentence in out_of_bounds(field, text):
        raise Refused(sentence)
    return text


def _formatted(reply: Any, fits: Callable[[str], bool], sentence: str) -> str:
    if not isinstance(reply, str) or not fits(reply):
        raise Refused(sentence)
    return reply


def _read_json(reply: Any) -> Any:
    if not isinstance(reply, str):
        raise Refused(words.not_json("the reply is not a text"))
    try:
        return parse_json(reply)
    except InvalidAnswerError as error:
        raise Refused(str(error)) from None
