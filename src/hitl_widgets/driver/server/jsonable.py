"""What crosses to a server."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticSerializationError, to_jsonable_python

from ...errors import InvalidAnswerError


def as_json(answer: Any) -> Any:
    """A value as JSON.

    Raises:
        InvalidAnswerError: it has no JSON form.
    """
    try:
        return to_jsonable_python(answer, by_alias=True)
    except (PydanticSerializationError, ValueError) as error:
        raise InvalidAnswerError(f"The graph runs on a server, and this value cannot be sent there: {error}") from error
