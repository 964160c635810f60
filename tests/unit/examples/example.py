"""What an example is: a graph, an input, what people answer, and what else they might have answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

SAME = object()


@dataclass(frozen=True)
class Answer:
    """An answer to what is asked.

    Attributes:
        value: as it is given to `session.answer`.
        to: the node or key that asked, where several ask.
        resume: what LangGraph is resumed with by hand, if that is not the value itself.
    """

    value: Any
    to: str | None = None
    resume: Any = SAME

    @property
    def resumed_with(self) -> Any:
        return self.value if self.resume is SAME else self.resume


class Retry:
    """The run has failed, and goes on from its last checkpoint."""


Step = Answer | Retry


@dataclass(frozen=True)
class Fork:
    """Another answer to one of the questions.

    Attributes:
        at: which of the steps is done differently.
        answer: what is answered.
        then: what is done afterwards.
    """

    at: int
    answer: Answer
    then: Sequence[Step] = ()


@dataclass(frozen=True)
class Example:
    """A graph of LangGraph's documentation.

    Attributes:
        page: where it is documented.
        build: makes it, fresh, with this checkpointer.
        input: what it begins with.
        steps: what is done each time that it comes to rest.
        forks: what might have been answered instead. Every answer in `steps` has one.
        ends_with: what the final values have in them.
    """

    page: str
    build: Callable[[BaseCheckpointSaver[Any]], Any]
    input: Any
    ends_with: Any
    steps: Sequence[Step] = ()
    forks: Sequence[Fork] = ()
