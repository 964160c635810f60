"""The sentences that say what is wrong with a value; `js/src` says the same ones."""

from __future__ import annotations

from decimal import Decimal

from ..files import words as of_files

FILL_IN = "Please fill this in."
CHOOSE_ONE = "Please choose one."
NOT_TEXT = "Not a text."
NOT_EMAIL = "Not an e-mail address."
NOT_URL = "Not a URL: start with http:// or https://."
NOT_NUMBER = "Not a number."
NOT_INTEGER = "Not a whole number."
NOT_A_CHOICE = "Not one of the choices."
NOT_A_RANKING = "Not each of the choices once."
NOT_A_LIST = "Not a list."
NOT_OBJECT = "Not an object."
NOT_DATE = "Not a date."
NOT_DATETIME = "Not a date and time."
NOT_TIME = "Not a time."
NOT_UUID = "Not a UUID."
NOT_DURATION = "Not a duration: P1DT2H30M is one day, two hours and a half."
NOT_COLOR = "Not a colour: # and six digits, such as #3b55d9."
CHOSEN_TWICE = "Chosen twice."
SAME_ITEM = "The same as an item above."
KEY_TWICE = "This key is used above."
KEY_TAKEN = "This key has a field of its own."
NOT_A_KEY = "Not one of the keys."
NOT_EXPECTED = "Not expected here."
TOO_DEEP = "Nested too deep."
TOO_SLOW = "Takes too long to check against the pattern; a shorter text may do."
NOT_A_PATH = of_files.NOT_A_PATH
PICK_A_FILE = of_files.PICK_A_FILE

must_end_with = of_files.must_end_with


def at_least_characters(count: int) -> str:
    return f"At least {_characters(count)}."


def at_most_characters(count: int) -> str:
    return f"At most {_characters(count)}."


def no_match(pattern: str) -> str:
    return f"Does not match the pattern {pattern}."


def at_least(bound: float) -> str:
    return f"Must be at least {js_number(bound)}."


def at_most(bound: float) -> str:
    return f"Must be at most {js_number(bound)}."


def more_than(bound: float) -> str:
    return f"Must be more than {js_number(bound)}."


def less_than(bound: float) -> str:
    return f"Must be less than {js_number(bound)}."


def multiple_of(step: float) -> str:
    return f"Must be a multiple of {js_number(step)}."


def choose_at_least(count: int) -> str:
    return f"Choose at least {count}."


def choose_at_most(count: int) -> str:
    return f"Choose at most {count}."


def at_least_items(count: int) -> str:
    return f"At least {_items(count)}."


def at_most_items(count: int) -> str:
    return f"At most {_items(count)}."


def at_least_of(count: int, kind: str) -> str:
    return f"At least {_items(count)} must be {kind}."


def at_most_of(count: int, kind: str) -> str:
    return f"At most {_items(count)} may be {kind}."


def of_key(sentence: str) -> str:
    return f"The key: {sentence[:1].lower()}{sentence[1:]}"


def on_or_after(date: str) -> str:
    return f"Must be on or after {date}."


def on_or_before(date: str) -> str:
    return f"Must be on or before {date}."


def or_later(moment: str) -> str:
    return f"Must be {moment} or later."


def or_earlier(moment: str) -> str:
    return f"Must be {moment} or earlier."


def after(moment: str) -> str:
    return f"Must be after {moment}."


def before(moment: str) -> str:
    return f"Must be before {moment}."


def key_elsewhere(pattern: str) -> str:
    return f"Keys that match {pattern} have a place of their own."


def not_json(reason: str) -> str:
    return f"Not JSON: {reason}."


def js_number(number: float) -> str:
    """A number as JavaScript's `String(number)` prints it (ECMA 262, Number::toString).

    >>> js_number(10.0), js_number(0.5), js_number(1e21), js_number(1e-7)
    ('10', '0.5', '1e+21', '1e-7')
    """
    value = float(number)
    if value == 0:
        return "0"
    # Python's repr and JavaScript agree on the shortest digits; only where the point goes differs.
    _, digit_tuple, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    digits = "".join(map(str, digit_tuple))
    sign = "-" if value < 0 else ""
    point = len(digits) + exponent
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{sign}{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _characters(count: int) -> str:
    return "1 character" if count == 1 else f"{count} characters"


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"
