"""What a kind of rich question adds to the question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rich:
    """What a kind adds to a question.

    Attributes:
        payload: JSON that goes into the payload, beside the question.
        things: what stays in the kernel, by the name of its option; a `live.Made` is made when the question is asked.
        response_type: the type of the answer, if the kind decides it.
        options: what stands in place of options that have no JSON form.
        read: what the node gets for the answer, if that is not what went through the checkpoint. `ask_node` writes
            the answer as it is: its state goes through the checkpoint too.
    """

    payload: dict[str, Any] = field(default_factory=dict[str, Any])
    things: dict[str, Any] = field(default_factory=dict[str, Any])
    response_type: Any = None
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    read: Callable[[Any], Any] | None = None
