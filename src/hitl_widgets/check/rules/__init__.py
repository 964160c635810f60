"""The rules: each is a file of its own, and says in its docstring what goes wrong.

    swallowed_interrupt.py   `swallowed-interrupt`: an `except` takes the interrupt, so nobody is asked
    runs_again.py            `runs-again`: what is done before a question is done again with every answer
    changing_order.py        `changing-order`: the questions may come in another order when the node runs again
    payload.py               `payload-not-saved`, `payload-becomes-dict`: what is asked does not survive its checkpoint
    interrupt_in_edge.py     `interrupt-in-edge`: a conditional edge's function asks
    answer_not_kept.py       `answer-not-kept`: a nested graph asks that keeps nothing, so no answer comes there
    no_checkpointer.py       `no-checkpointer`: answers are kept in memory only

A rule for one place that asks is a function of the place (an `Ask`) and of the function it was reached from (a `Place`); one for
a nested graph is a function of the graph and of the path of its node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..asks import Ask
from ..findings import Finding
from ..places import Place
from .answer_not_kept import answer_not_kept
from .changing_order import changing_order
from .interrupt_in_edge import interrupt_in_edge
from .no_checkpointer import no_checkpointer
from .payload import payload
from .runs_again import runs_again
from .swallowed_interrupt import swallowed_interrupt

RULES: tuple[Callable[[Ask, Place], Iterable[Finding]], ...] = (
    swallowed_interrupt,
    runs_again,
    changing_order,
    payload,
    interrupt_in_edge,
)
NESTED_RULES = (answer_not_kept,)
GRAPH_RULES = (no_checkpointer,)

__all__ = ["GRAPH_RULES", "NESTED_RULES", "RULES"]
