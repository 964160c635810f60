"""A recording: what `session.decisions.to_json(path)` has written, read as answers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from ..decisions import FORMAT
from .answers import NO_ANSWER, Answer, ByPlace, each


def read_recording(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The answers in a recording (`session.decisions.to_json(path)`), by request key.

    It may have been edited by hand, with an editor that begins files with a mark. An answer without "about", as those of
    earlier versions are, goes by its place.

    Raises:
        ValueError: it is not a recording; a sentence that says where not.
    """

    def no(why: object) -> ValueError:
        return ValueError(f"{os.fspath(path)} is not a recording of answers: {why}")

    try:
        recording = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise no("it is nested too deeply.") from None
    except ValueError as error:  # no JSON, no UTF-8, or a number of thousands of digits
        raise no(error) from error
    if not isinstance(recording, dict) or cast("dict[str, Any]", recording).get("format") != FORMAT:
        raise no(f"it has no format {FORMAT!r}.")
    by_key = cast("dict[str, Any]", recording).get("answers")
    if not isinstance(by_key, dict):
        raise no(f'"answers" must be an object with a list for each key, not {_kind(by_key)}.')
    found: dict[str, Any] = {}
    for key, given in cast("dict[str, Any]", by_key).items():
        if not isinstance(given, list):
            raise no(f'the answers to {key!r} must be a list, such as [{{"value": ...}}], not {_kind(given)}.')
        answers = cast("list[Any]", given)
        for at, answer in enumerate(answers):
            if not isinstance(answer, dict) or not ("value" in answer or _is_of_secret(answer)):
                raise no(f'answer {at} to {key!r} must be an object with a "value".')
            for name, told in (("reason", "the reason of"), ("about", 'what is said as "about" of')):
                if not isinstance(cast("dict[str, Any]", answer).get(name), str | None):
                    raise no(f"{told} answer {at} to {key!r} must be a text.")
        found[key] = each(map(_answer, answers), recorded=True)
    return found


def _is_of_secret(answer: Any) -> bool:
    return answer.get("secret") is True


def _kind(value: object) -> str:
    """What a JSON value is, in JSON's words."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return json.dumps(value)[:60]


def _answer(decision: Mapping[str, Any]) -> Any:
    value, reason, about = decision.get("value", NO_ANSWER), decision.get("reason") or None, decision.get("about")
    if about is None:
        return Answer(value, reason) if reason else value
    return (Answer if decision.get("approves") is True else ByPlace)(value, reason, about)
