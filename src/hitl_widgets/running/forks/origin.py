"""What a fork has from the run that it was started from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from langchain_core.runnables import RunnableConfig

from ...policies.answers import Answers

if TYPE_CHECKING:
    from ..run import Run
    from .earlier import EarlierAnswers


@dataclass(eq=False)
class Origin:
    """All of it is empty where a run is nobody's fork.

    Attributes:
        copied_from: the run whose thread the fork's is a copy of. What nested graphs did before is in that thread alone.
        earlier: the answers that questions had there; nothing is answered with them.
        given: what the fork was given to answer with, whoever is there.
        pauses: whether it stands before its first step, or at the very breakpoint, until somebody lets it go on.
        stands_in: the checkpoint of the nested graph in which it then stands, if it is one.
    """

    copied_from: Run | None = None
    earlier: EarlierAnswers | None = None
    given: Answers | None = None
    pauses: Literal["before", "as it stood"] | None = None
    stands_in: RunnableConfig | None = None
