"""What a fork's questions start from: the answers that they had in the run before it. None is given by itself."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, MutableMapping

from ...control import Control
from ...decisions import Decision
from ...requests import Request
from ...thread.breakpoints import is_breakpoint

Name = tuple[bool, str]
"""Whether it is a breakpoint, and its key: before a node that asks both have the node's name."""


class EarlierAnswers:
    """Answers by question: to the very interrupt, else those to its key one after the other, the last one for the rest.

    Args:
        decisions: what was decided from where the fork starts, oldest first.
        before: what the questions of the earlier run started from itself, or what was decided before; it stays as it is.
    """

    def __init__(self, decisions: Iterable[Decision], before: EarlierAnswers | None = None) -> None:
        self._by_id: dict[str, Decision] = {}
        self._by_key: MutableMapping[Name, list[Decision]] = {}
        self._before = before.copy() if before is not None else None
        for decision in decisions:
            if not decision.secret:
                self._by_id[decision.interrupt_id] = decision
                self._by_key.setdefault(_name(decision.interrupt_id, decision.key), []).append(decision)

    def copy(self) -> EarlierAnswers:
        """The same answers, to be gone through by another run."""
        other = EarlierAnswers((), self._before)
        other._by_id, other._by_key = dict(self._by_id), {key: list(left) for key, left in self._by_key.items()}
        return other

    def tried(self) -> EarlierAnswers:
        """The same answers, to see what would be taken: nothing is used up, and nothing copied, however many there are."""
        other = EarlierAnswers(())
        other._by_id, other._by_key = self._by_id, ChainMap({}, self._by_key)
        other._before = self._before.tried() if self._before is not None else None
        return other

    def start(self, request: Request, control: Control) -> tuple[Control, Decision | None]:
        """A request's control, starting from the answer that it had, which is used up by that.

        Returns:
            The control; and that answer where the control cannot start from one (two buttons, a table, ...), to be said.
        """
        earlier = self.take(request)
        if earlier is None or control.secret:
            return control, None
        started = control.starting_from_answer(earlier.value)
        return started, earlier if started.view == control.view else None

    def take(self, request: Request) -> Decision | None:
        """The answer that a request had, to be used by no other one."""
        name = _name(request.id, request.key)
        left = self._by_key.get(name, [])
        found = self._by_id.get(request.id) or next(iter(left), None)
        if found is None:
            return self._before.take(request) if self._before is not None else None
        at = left.index(found) if found in left else -1
        self._by_key[name] = left[at + 1 :] or [found]
        return found


def _name(asked: str, key: str) -> Name:
    return is_breakpoint(asked), key
