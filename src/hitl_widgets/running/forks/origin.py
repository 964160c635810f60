"""What a fork has from the run that it was started from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from langchain_core.runnables import RunnableConfig

from ...policies.answers import Answers

if TYPE_CHECKING:
    from ..pending import Pending
    from ..run import Run
    from .earlier import EarlierAnswers
    from .place import Question


@dataclass(eq=False)
class Origin:
    """All of it is empty where a run is nobody's fork.

    Attributes:
        copied_from: the run whose thread the fork's is a copy of. What nested graphs did before is in that thread alone.
        earlier: the answers that questions had there; nothing is answered with them.
        given: what the fork was given to answer with, whoever is there.
        by_hand: the question, once, that a person answers whatever a policy would say at once.
        pauses: whether it stands before its first step, or at the very breakpoint, until somebody lets it go on.
        stands_in: the checkpoint of the nested graph in which it then stands, if it is one.
    """

    copied_from: Run | None = None
    earlier: EarlierAnswers | None = None
    given: Answers | None = None
    by_hand: str | Question | None = None
    pauses: Literal["before", "as it stood"] | None = None
    stands_in: RunnableConfig | None = None

    def takes_by_hand(self, pending: Pending, asked: Sequence[Pending]) -> bool:
        """Whether something is that question.

        Args:
            pending: what is asked.
            asked: all that is asked now.
        """
        question = self.by_hand
        if question is None:
            return False
        is_it = question == pending.request.id if isinstance(question, str) else question.among(asked) is pending
        if is_it:
            self.by_hand = None
        return is_it
