"""What a kind of rich question adds to the question."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rich:
    """What a kind adds to a question.

    Attributes:
        payload: JSON that goes into the payload, beside the question.
        things: what stays in the kernel, by the name of its option.
        response_type: the type of the answer, if the kind decides it.
    """

    payload: dict[str, Any] = field(default_factory=dict[str, Any])
    things: dict[str, Any] = field(default_factory=dict[str, Any])
    response_type: Any = None
