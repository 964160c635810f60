"""Where two runs of a graph part: their steps beside each other, and the keys of their states that differ. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from typing import Any, cast

from ..inside.alike import same
from ..running.secrets import DOTS, Secrets
from ..texts.clipped import clipped
from ..texts.jsonable import JSON, as_text, jsonable
from ..texts.messages import is_message
from ..texts.odd import spelled
from ..texts.table import NO_MATH, aligned, from_where_they_differ, html_table
from .history import Step

_CHANCE = ("id", "response_metadata", "usage_metadata")
"""What differs between two messages that say the same."""
_ALIGNED = 500
"""Steps that are aligned by their nodes; of longer runs the others stand beside each other as they come."""
WHOLE = "value"
"""What the state of a graph without keys is called."""
_OUTCOMES = 3
"""How many outcomes of one node in a step are told."""
_NEITHER = "(not there)"
_LINE = 400
"""Characters of what a step did that are shown from where it differs."""
LONGEST = 20_000
"""Characters of a value that are shown."""


@dataclass(frozen=True)
class Pair:
    """A step of each run, or of one of them alone.

    Attributes:
        ours: the step of the run that is compared; `None` where it has none like it.
        theirs: that of the other one.
        is_same: whether the same nodes ran there and wrote the same.
    """

    ours: Step | None
    theirs: Step | None
    is_same: bool

    @property
    def words(self) -> tuple[str, str]:
        """What each run did there; where that begins alike for longer than a line, from shortly before they differ."""
        ours, theirs = said(self.ours), said(self.theirs)
        if self.is_same or ours != theirs or self.ours is None or self.theirs is None:
            return ours, theirs
        if _wrote_the_same(self.ours, self.theirs):
            return ours, theirs if is_same(self.ours.before, self.theirs.before) else f"{theirs}, given another state"
        ours, theirs = from_where_they_differ([said(one, LONGEST) for one in (self.ours, self.theirs)])
        return clipped(ours, _LINE), clipped(theirs, _LINE)


@dataclass(frozen=True, repr=False)
class Comparison:
    """Two runs side by side.

    Attributes:
        pairs: their steps, oldest first.
        parts_at: the place in `pairs` of the first that differs; `None` while all are the same.
        differing: the keys whose values differ, each with this run's and the other's, as text; very long
            ones from shortly before they part; secrets as dots.
        same: the keys whose values are the same.
        inside: the first steps that differ inside of those at `parts_at`, where graphs nested in them did something.
    """

    pairs: tuple[Pair, ...]
    parts_at: int | None
    differing: Mapping[str, tuple[str, str]]
    same: tuple[str, ...]
    inside: Pair | None = None

    @property
    def words(self) -> str:
        """Where they part, as a sentence."""
        if self.parts_at is None:
            return "The two runs are the same so far."
        step = _one_of(self.pairs[self.parts_at])
        inside = f", inside of it at {_one_of(self.inside).words}" if self.inside is not None else ""
        return f"The two runs part at {step.words}{inside}."

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """A row a pair: the step, what each run did there, and a mark where they part."""
        for at, pair in enumerate(self.pairs):
            step = _one_of(pair)
            mark = "← they part here" if at == self.parts_at else "" if pair.is_same else "≠"
            yield str(step.index), *pair.words, mark

    def _keys(self) -> Iterator[tuple[str, str, str]]:
        for key, values in self.differing.items():
            ours, theirs = from_where_they_differ(values)
            yield key, ours, theirs

    def __repr__(self) -> str:
        """Without ids and times, so that saved notebooks compare equal."""
        lines = [self.words, aligned([("step", "this run", "the other", ""), *self.rows()], compared=slice(1, 3))]
        if self.differing:
            lines.append(aligned([("key", "this run", "the other"), *self._keys()], compared=slice(1, 3)))
        if self.same:
            lines.append(f"the same: {', '.join(self.same)}")
        return spelled("\n".join(lines))

    def _repr_html_(self) -> str:
        steps = html_table(("Step", "This run", "The other", ""), self.rows(), whole=(3,))
        keys = html_table(("Key", "This run", "The other"), self._keys())
        same = f"<p{NO_MATH}>The same: {escape(spelled(', '.join(self.same)))}</p>" if self.same else ""
        return f"<p{NO_MATH}>{escape(spelled(self.words))}</p>{steps}{keys if self.differing else ''}{same}"


def compare(
    ours: Sequence[Step],
    theirs: Sequence[Step],
    our_values: Any,
    their_values: Any,
    secrets: Iterable[str] = (),
    known: Secrets | None = None,
) -> Comparison:
    """Compare two runs.

    Args:
        ours: the steps of one of them, oldest first.
        theirs: those of the other.
        our_values: the state of the first.
        their_values: that of the other.
        secrets: the keys whose values are not shown.
        known: the secrets that the runs were given.
    """
    known = known or Secrets()
    pairs = tuple(_pairs(ours, theirs))
    parts_at = next((at for at, pair in enumerate(pairs) if not pair.is_same), None)
    hidden = {*secrets, *keys_of_secrets(ours), *keys_of_secrets(theirs)}
    states = by_key(our_values), by_key(their_values)
    keys = sorted({*states[0], *states[1]})
    same = [key for key in keys if all(key in one for one in states) and is_same(states[0][key], states[1][key])]
    differing: dict[str, tuple[str, str]] = {}
    for key in keys:
        if key not in same:
            our, their = side_by_side(states, key, hidden, known)
            differing[key] = our, their
    inside = _parts_inside(pairs[parts_at]) if parts_at is not None else None
    return Comparison(pairs, parts_at, differing, tuple(same), inside)


def _parts_inside(pair: Pair) -> Pair | None:
    """Where two steps part inside, as far in as it is known what nested graphs did in both."""
    if pair.ours is None or pair.theirs is None or not (pair.ours.inside and pair.theirs.inside):
        return None
    apart = [one for one in _pairs_inside(pair.ours, pair.theirs) if not one.is_same]
    # What a fork has not run again it may lack.
    differing = [one for one in apart if one.ours and one.theirs] or apart
    found: Pair | None = None
    further: Pair | None = differing[0] if differing else None
    while further is not None:
        found, step = further, _one_of(further)
        further = next((one for one in differing if _is_in(_one_of(one), step)), None)
    return found


def _is_in(step: Step, around: Step) -> bool:
    return step.path[:-1] == around.path and step.path[-1] in around.nodes


def _one_of(pair: Pair) -> Step:
    step = pair.ours or pair.theirs
    assert step is not None
    return step


def said(step: Step | None, longest: int | None = None) -> str:
    """What a step did, for people to read, of a node that ran many times what the first ones did; nothing for none.

    Args:
        step: the step.
        longest: at most so many characters of what a task wrote, where that is not a line.
    """
    by_node: dict[str, list[str]] = {}
    for task in step.tasks if step is not None else ():
        by_node.setdefault(task.node, []).append(task.outcome if longest is None else task.outcome_up_to(longest))
    return "; ".join(_of_node(node, outcomes) for node, outcomes in by_node.items())


def _of_node(node: str, outcomes: Sequence[str]) -> str:
    if len(outcomes) == 1:
        return f"{node}: {outcomes[0]}"
    more = len(outcomes) - _OUTCOMES
    return f"{node} ×{len(outcomes)}: {'; '.join(outcomes[:_OUTCOMES])}{f'; and {more} more' if more > 0 else ''}"


def by_key(values: Any) -> dict[str, Any]:
    """A state by key; a value that has none is under `value`."""
    return {str(key): value for key, value in values.items()} if isinstance(values, Mapping) else {WHOLE: values}


def shown(
    values: Mapping[str, Any], key: str, hidden: Iterable[str], known: Secrets, longest: int | None = LONGEST
) -> str:
    """The value of a key, for people to read; dots for a secret."""
    if key not in values:
        return _NEITHER
    return DOTS if key in hidden else known.mask(as_text(known.masked(values[key]), longest))


def side_by_side(
    states: Sequence[Mapping[str, Any]], key: str, hidden: Iterable[str], known: Secrets | Sequence[Secrets]
) -> list[str]:
    """The value of a key in several states, as `shown`; of what is longer the part from shortly before they differ."""
    all_known = [known] * len(states) if isinstance(known, Secrets) else known
    whole = [shown(values, key, hidden, own, None) for values, own in zip(states, all_known, strict=True)]
    if max(map(len, whole)) <= LONGEST:
        return whole
    return [clipped(text, LONGEST) for text in from_where_they_differ(whole)]


def keys_of_secrets(steps: Iterable[Step]) -> set[str]:
    """The keys that a node wrote which had asked for a secret."""
    wrote = [task.wrote for step in steps for task in step.tasks if task.secrets is None]
    return {
        str(key) for one in wrote for key in (cast("Mapping[Any, Any]", one) if isinstance(one, Mapping) else [WHOLE])
    }


def is_same(one: Any, other: Any) -> bool:
    """Whether two values say the same: messages have ids that differ by chance.

    >>> is_same({"a": 1.0}, {"a": 1}), is_same([1], [2])
    (True, False)
    """
    return _is_same(one, other, set())


def _is_same(one: Any, other: Any, around: set[tuple[int, int]]) -> bool:
    if _plain(jsonable(one)) == _plain(jsonable(other)):
        return True
    # What is no JSON is told with where it is in memory: pictures, others' objects. Whether those are the same they say.
    if (pair := (id(one), id(other))) in around:
        return True  # inside of itself; what differs beside it is found there
    around = {*around, pair}
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        items, others = cast("Mapping[Any, Any]", one), cast("Mapping[Any, Any]", other)
        return items.keys() == others.keys() and all(_is_same(items[key], others[key], around) for key in items)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        ours, theirs = cast("Sequence[Any]", one), cast("Sequence[Any]", other)
        return len(ours) == len(theirs) and all(_is_same(*pair, around) for pair in zip(ours, theirs, strict=True))
    return same(one, other)


def _plain(value: JSON) -> JSON:
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[JSON]", value)]
    if not isinstance(value, dict):
        return value
    items = cast("dict[str, JSON]", value)
    says = is_message(items)
    return {key: _plain(inner) for key, inner in items.items() if not (says and key in _CHANCE)}


def _pairs(ours: Sequence[Step], theirs: Sequence[Step]) -> Iterator[Pair]:
    alike = 0
    for our, their in zip(ours, theirs, strict=False):
        if _nodes(our) != _nodes(their):
            break
        alike += 1
    yield from _beside(ours[:alike], theirs[:alike])
    ours, theirs = ours[alike:], theirs[alike:]
    # In a loop one of them may go round more often: the same nodes stand beside each other.
    nodes = [[_nodes(step) for step in steps[:_ALIGNED]] for steps in (ours, theirs)]
    matcher = SequenceMatcher(None, *nodes, autojunk=False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        yield from _beside(ours[i:i_end], theirs[j:j_end])
    yield from _beside(ours[_ALIGNED:], theirs[_ALIGNED:])


def _beside(ours: Sequence[Step], theirs: Sequence[Step]) -> Iterator[Pair]:
    for at in range(max(len(ours), len(theirs))):
        our, their = ours[at] if at < len(ours) else None, theirs[at] if at < len(theirs) else None
        yield Pair(our, their, is_same=our is not None and their is not None and _is_same_step(our, their))


def _nodes(step: Step) -> tuple[str, ...]:
    # What never ran stands beside nothing that did.
    return () if step.passed_over else (*step.path, *(task.node for task in step.tasks))


def _is_same_step(our: Step, their: Step) -> bool:
    return _wrote_the_same(our, their) and is_same(our.before, their.before) and not _differs_inside(our, their)


def _wrote_the_same(our: Step, their: Step) -> bool:
    return len(our.tasks) == len(their.tasks) and all(
        one.node == other.node and one.error == other.error and is_same(one.wrote, other.wrote)
        for one, other in zip(our.tasks, their.tasks, strict=True)
    )


def _differs_inside(our: Step, their: Step) -> bool:
    """Whether their nested graphs did other things. A fork may lack what was done there before it."""
    return any(not pair.is_same for pair in _pairs_inside(our, their) if pair.ours and pair.theirs)


def _pairs_inside(our: Step, their: Step) -> list[Pair]:
    """The steps of their nested graphs: those of one graph beside each other, where a fork goes on with the same one."""
    ours, theirs = _by_graph(our.inside), _by_graph(their.inside)
    pairs = [pair for graph in ours.keys() & theirs.keys() for pair in _pairs(ours[graph], theirs[graph])]
    others = [
        [step for step in steps if _graph_of(step) not in other]
        for steps, other in ((our.inside, theirs), (their.inside, ours))
    ]
    return sorted([*pairs, *_pairs(*others)], key=lambda pair: _one_of(pair).index)


def _by_graph(steps: Iterable[Step]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(_graph_of(step), []).append(step)
    return found


def _graph_of(step: Step) -> str:
    """LangGraph's name of the nested graph, with the ids of the tasks that run it."""
    return str(step.config.get("configurable", {}).get("checkpoint_ns"))
