"""Which node followed which in one graph, told from what its author has written and from what has started since.

The stream says that a node has ended and that another one has started, not that one led to the other: a task's `triggers`
are all that could have started it (langgraph 1.2.24). Where a plain edge leads is certain, and so is a join, or a node that
is deferred. What a routing function has chosen is known by what starts next; where several may have chosen the same node,
one of them that must have led somewhere else is not taken to have led there too. Where nothing says who has chosen a node,
it is not taken to have chosen itself as long as it may have been another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass

from langgraph.graph import END, START

from ...graph.leads import Leads

MOST_KNOWN = 500
"""How many of a graph's steps are remembered, so that one like them need not be thought through again."""
_AT_START = frozenset({START})


@dataclass(frozen=True, slots=True)
class _Known:
    """What came of a step before which nothing was waited for."""

    followed: Mapping[str, frozenset[str]]
    maybe: Mapping[str, set[str]]
    led_nowhere: tuple[str, ...]


class Flow:
    """One graph, while it runs.

    Args:
        leads: where its nodes lead; `None` if that is not known: then whatever starts has followed what ended before it.
    """

    def __init__(self, leads: Leads | None) -> None:
        self._leads = leads
        self._began = False
        self._goes_on = False
        """Whether what led to the step that it is at, or that comes first, was done by an earlier kernel."""
        self._ended: set[str] = set()
        """The nodes that have ended in the step that the graph is at."""
        self._before: frozenset[str] = frozenset()
        """Those that had in the step before."""
        self._followed: Mapping[str, frozenset[str]] = {}
        """What each node of this step has followed."""
        self._sure: dict[str, set[str]] = {}
        """By the node that is going to start: those whose edges have led to it."""
        self._maybe: dict[str, set[str]] = {}
        """Likewise those that may have chosen it."""
        self._joined: dict[tuple[frozenset[str], str], set[str]] = {}
        self._led_nowhere: list[str] = []
        self._known: dict[tuple[frozenset[str], frozenset[str]], _Known] = {}
        """By the nodes that had ended before a step, and those that started in it. A long run has few kinds of steps."""

    def begins(self, nodes: Iterable[str]) -> bool:
        """A step begins; returns whether it is not known what led to it.

        Args:
            nodes: the names of the nodes that start in it.
        """
        starting = frozenset(nodes)
        is_first, self._goes_on = self._goes_on, False
        self._step_over()
        if is_first:
            self._followed = dict.fromkeys(starting, frozenset[str]())
            return True
        kind = (self._before, starting)
        is_plain = not self._waits_for_others()
        if is_plain and (known := self._known.get(kind)) is not None:
            self._followed, self._maybe = known.followed, {**known.maybe}
            self._led_nowhere += known.led_nowhere
            return False
        self._lead()
        self._followed = self._from(starting)
        # Who has led to a node that waits for others has not led nowhere.
        waiting = (*self._sure.values(), *self._maybe.values(), *self._joined.values())
        nowhere = self._end({source for sources in (*self._followed.values(), *waiting) for source in sources})
        if is_plain and not self._waits_for_others() and len(self._known) < MOST_KNOWN:
            self._known[kind] = _Known(self._followed, {**self._maybe}, nowhere)
        return False

    def followed_by(self, node: str) -> frozenset[str]:
        """The nodes that one of the step's own has followed."""
        if node not in self._followed:
            self._followed = {**self._followed, **self._from(frozenset({node}))}
        return self._followed[node]

    def is_certain(self, node: str) -> bool:
        """Whether one node alone can have led to one of the step's own, so that it has, though nobody may have said so.

        What is deferred may have been chosen long before.
        """
        return self._leads is not None and len(self._before) == 1 and node not in self._leads.deferred

    def ended(self, node: str) -> None:
        """A task of a node has ended."""
        self._ended.add(node)

    def ends(self) -> list[str]:
        """The graph is over; returns the nodes that led to its end, each as often as it did."""
        self._step_over()
        self._lead()
        self._end(set())
        led = self._led_nowhere
        self._sure, self._maybe, self._joined, self._led_nowhere = {}, {}, {}, []
        self._began = self._goes_on = False
        return led

    def copied(self) -> Flow:
        """The same graph, at the same place."""
        other = copy(self)
        other._ended, other._led_nowhere = {*self._ended}, [*self._led_nowhere]
        other._sure = {target: {*sources} for target, sources in self._sure.items()}
        other._maybe = {target: {*sources} for target, sources in self._maybe.items()}
        other._joined = {join: {*sources} for join, sources in self._joined.items()}
        return other

    def goes_on(self) -> None:
        """What went before is not known: the step that begins next goes on with what an earlier kernel has done."""
        self._began = self._goes_on = True

    def forget(self) -> None:
        """The same, and that step has begun."""
        self._began, self._goes_on = True, False

    def _waits_for_others(self) -> bool:
        """Whether something that led to a node is remembered for a later step: the node is deferred, or a join."""
        if self._sure or self._joined:
            return True
        return bool(self._maybe and self._leads is not None and not self._leads.deferred.isdisjoint(self._maybe))

    def _step_over(self) -> None:
        self._before, self._ended = (frozenset(self._ended) if self._began else _AT_START), set()
        self._began = True

    def _lead(self) -> None:
        """Remember where the nodes of the step before have led, or may have."""
        leads = self._leads
        if leads is None:
            return
        if self._maybe:
            self._maybe = {target: sources for target, sources in self._maybe.items() if target in leads.deferred}
        for source in self._before:
            for target in leads.always.get(source, ()):
                if target != END:
                    self._sure.setdefault(target, set()).add(source)
            for target in leads.sometimes.get(source, ()):
                self._maybe.setdefault(target, set()).add(source)
            for join in leads.joins:
                if source in join[0]:
                    self._joined.setdefault(join, set()).add(source)

    def _from(self, starting: frozenset[str]) -> dict[str, frozenset[str]]:
        before = self._before or _AT_START
        otherwise = {target: before - {target} or before for target in starting}
        if self._leads is None:
            return otherwise
        sure = {target: self._sure.pop(target, set[str]()) | self._join(target) for target in starting}
        maybe = {target: self._maybe.pop(target, set[str]()) - sure[target] for target in starting}
        # Who alone can have led to a node has led there.
        placed = {one for target in starting if not sure[target] and len(maybe[target]) == 1 for one in maybe[target]}
        # A `Command` may lead where nothing says that it could.
        return {
            target: frozenset(sure[target] | (maybe[target] - placed) or maybe[target] or otherwise[target])
            for target in starting
        }

    def _join(self, target: str) -> set[str]:
        complete = [join for join, sources in self._joined.items() if join[1] == target and not join[0] - sources]
        return {source for join in complete for source in self._joined.pop(join)}

    def _end(self, led: set[str]) -> tuple[str, ...]:
        """Remember who led to the graph's end in the step before: whose plain edge does, and who led nowhere."""
        always = self._leads.always if self._leads is not None else {}
        nowhere = tuple(one for one in self._before if one not in led or END in always.get(one, ()))
        self._led_nowhere += nowhere
        return nowhere
