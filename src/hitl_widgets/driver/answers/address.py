"""Where an answer is written, and what was written there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig
from langgraph.types import _interrupt_id as interrupt_id  # private; ids are by place (langgraph 1.2.22)

from ..channels import HANDLED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langgraph.checkpoint.base import CheckpointTuple
    from langgraph.types import StateSnapshot

PLACE = ("thread_id", "checkpoint_ns")
"""What names a graph of a thread, at whatever checkpoint it is."""


def ns_of(found: Address | CheckpointTuple | StateSnapshot) -> str:
    """The namespace of a checkpoint's graph, as LangGraph writes it; the outermost graph's is empty."""
    return str(found.config.get("configurable", {}).get("checkpoint_ns", ""))


def asking_places(ns: str, writes: Iterable[tuple[str, str, Any]]) -> list[str]:
    """Where the tasks of a checkpoint ask, which ids of interrupts are made of: each ends where the name of a task's node begins.

    Args:
        ns: the namespace of its graph.
        writes: what was written there: a task's id, the channel, the value.

    >>> asking_places("", []), asking_places("sub:1", [("2", "__error_source_node__", "pay")])
    ([''], ['sub:1|', 'sub:1|pay:2|'])
    """
    around = f"{ns}|" if ns else ""
    # An error handler asks inside of the task that it takes over from.
    return [around, *(f"{around}{node}:{task}|" for task, channel, node in writes if channel == HANDLED)]


def checkpoint_id_in(config: RunnableConfig | None) -> str | None:
    """Which checkpoint a config is of, if it is of one.

    >>> checkpoint_id_in({"configurable": {"checkpoint_id": "1ef"}}), checkpoint_id_in({}), checkpoint_id_in(None)
    ('1ef', None, None)
    """
    return (config or {}).get("configurable", {}).get("checkpoint_id")


def place_in(config: RunnableConfig) -> tuple[str, str | None]:
    """Which checkpoint of which graph of a thread a config is of; of the latest one `None`."""
    return config.get("configurable", {}).get("checkpoint_ns", ""), checkpoint_id_in(config)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the answer to an interrupt is written: the asking task, in the checkpoint that holds it."""

    config: RunnableConfig
    task_id: str
    node: str
    interrupt_id: str

    @property
    def namespace(self) -> tuple[str, ...]:
        """The checkpoint's namespace, which names the tasks around a nested one: `("sub:<task id>",)`."""
        return tuple(part for part in ns_of(self).split("|") if part)

    @property
    def tasks(self) -> tuple[str, ...]:
        """The ids of the asking task and of those around it."""
        return (*(part.rpartition(":")[2] for part in self.namespace), self.task_id)

    def slot(self, most: int) -> int | None:
        """Which of its task's questions the interrupt is, up to `most`; `None` if it was asked further inside."""
        return next((at for at in range(most + 1) if self.id_of(at) == self.interrupt_id), None)

    def id_of(self, slot: int) -> str:
        """The id of one of its task's questions."""
        return interrupt_id("|".join((*self.namespace, f"{self.node}:{self.task_id}")), slot)


@dataclass(frozen=True, slots=True)
class Written:
    """An answer that was written: to which task, with all the answers that the task has now.

    Attributes:
        is_sure: whether it is where the task finds it; if not, it is claimed, and has to be put there.
    """

    config: RunnableConfig
    task_id: str
    answers: list[Any]
    is_sure: bool = True
