"""What became of a state by what a task wrote to it: a diff, in the words of its keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from langchain_core.messages import BaseMessage
from langgraph.types import Overwrite

from ..protocol import ChangeView
from ..running.secrets import DOTS
from .parts import Part, key_text, parts_of, type_name
from .values import Values

NOTHING: Any = object()
"""What a key held that was not there."""

_MOST = 40
"""Changes that are told of one value."""
_DEEPEST = 4
_COMPARED = 20_000
"""Entries of a value that are compared one by one; a larger one has changed as a whole."""


@dataclass(frozen=True)
class Change:
    """What a task wrote to a key.

    Attributes:
        key: the key.
        before: what it held; `NOTHING` if it was not there.
        after: what it holds with what was written.
        merged: whether `after` is that; else it is what was written, and how it was merged is not known.
        secret: whether none of it is to be told.
        wrote: what was written, where a reducer has taken it.
        reducer: that reducer's name; `None` where there is none.
        became: what the key held after the step; `NOTHING`, if that is not known.
        beside: how many other tasks of the step wrote to the key.
    """

    key: str
    before: Any
    after: Any
    merged: bool = True
    secret: bool = False
    wrote: Any = NOTHING
    reducer: str | None = None
    became: Any = NOTHING
    beside: int = 0

    @property
    def is_reduced(self) -> bool:
        """Whether it says more to tell what was written than what became of it: a list that grew shows what is new."""
        return self.reducer is not None and self.merged and not isinstance(self.after, list)

    @property
    def is_none(self) -> bool:
        """Whether it holds what it held. That a secret is the same as before is not told."""
        return self.merged and not self.secret and self.before is not NOTHING and same(self.before, self.after)


def change_views(changes: list[Change], task: str, values: Values) -> list[ChangeView]:
    """Changes as they are shown, in their order; those that changed nothing are left out, and counted by nobody.

    Args:
        changes: what a task wrote.
        task: its id.
        values: what reads values.
    """
    return [
        _Diff(values, f"{task}/before:{at}", f"{task}/after:{at}").view(
            change, f"{task}/wrote:{at}", f"{task}/became:{at}"
        )
        for at, change in enumerate(changes)
        if not change.is_none
    ]


class _Diff:
    """Two values, side by side.

    Args:
        values: what reads them.
        before: the name of the first.
        after: the name of the second.
    """

    def __init__(self, values: Values, before: str, after: str) -> None:
        self._values = values
        self._before = before
        self._after = after

    def view(self, change: Change, wrote: str, became: str) -> ChangeView:
        key = key_text(change.key)
        if change.secret:
            return {"key": key, "kind": "written", "after": self._shown(self._after, DOTS, secret=True)}
        if not change.merged:
            return {"key": key, "kind": "written", "after": self._shown(self._after, change.after)}
        if change.reducer is None:
            return self._changed(key, change.before, change.after, "", "", 0)
        if not change.is_reduced:
            # A list that nothing was in is there from the beginning.
            before = [] if change.before is NOTHING else change.before
            return {**self._changed(key, before, change.after, "", "", 0), "reducer": change.reducer}
        view: ChangeView = {
            "key": key,
            "kind": "reduced",
            "reducer": change.reducer,
            "wrote": self._shown(wrote, change.wrote),
        }
        if change.became is not NOTHING:
            view["after"] = self._shown(became, change.became)
        if change.beside:
            view["beside"] = change.beside
        return view

    def _shown(self, name: str, value: Any, *, secret: bool = False, first: int = 0) -> Any:
        return self._values.shown(name, value, secret=secret, first=first)

    def _changed(self, key: str, before: Any, after: Any, was_at: str, is_at: str, depth: int) -> ChangeView:
        was, is_ = self._before + was_at, self._after + is_at
        if before is NOTHING:
            return {"key": key, "kind": "added", "after": self._shown(is_, after)}
        if after is NOTHING:
            return {"key": key, "kind": "removed", "before": self._shown(was, before)}
        if depth < _DEEPEST and (view := self._inside(key, before, after, was_at, is_at, depth)) is not None:
            return view
        return {
            "key": key,
            "kind": "changed",
            "before": self._shown(was, before),
            "after": self._shown(is_, after),
        }

    def _inside(self, key: str, before: Any, after: Any, was_at: str, is_at: str, depth: int) -> ChangeView | None:
        """The changes inside of a value, where telling those says more than telling all of it."""
        if isinstance(before, list) and isinstance(after, list):
            return self._of_lists(key, cast("list[Any]", before), cast("list[Any]", after), was_at, is_at, depth)
        if type(before) is not type(after) or isinstance(before, set | frozenset):
            return None
        was, is_ = _entries(before), _entries(after)
        if was is None or is_ is None or not (was.keys() & is_.keys()):
            return None
        names = list({**was, **is_})
        changed = [name for name in names if _differ(was.get(name), is_.get(name))]
        entries: list[ChangeView] = []
        for name in changed[:_MOST]:
            (was_position, was_part), (is_position, is_part) = was.get(name, _GONE), is_.get(name, _GONE)
            if was_part.secret or is_part.secret:
                entries.append({"key": name, "kind": "written", "after": self._shown("", DOTS, secret=True)})
                continue
            at = f"{was_at}.{was_position}", f"{is_at}.{is_position}"
            entries.append(self._changed(name, was_part.value, is_part.value, *at, depth + 1))
        return _with_entries(key, entries, len(changed), len(names) - len(changed))

    def _of_lists(
        self, key: str, before: list[Any], after: list[Any], was_at: str, is_at: str, depth: int
    ) -> ChangeView | None:
        if max(len(before), len(after)) > _COMPARED:
            return None
        kept = _common(before, after)
        if kept == len(before) and len(after) > kept:
            return {"key": key, "kind": "appended", "after": self._shown(self._after + is_at, after, first=kept)}
        pairs = list(_pairs(before, after, kept))
        if not pairs or (len(pairs) > max(2, len(before) // 2) and not _has_ids(before)):
            return None  # another list
        entries: list[ChangeView] = []
        for was_position, is_position in pairs[:_MOST]:
            old = NOTHING if was_position is None else before[was_position]
            new = NOTHING if is_position is None else after[is_position]
            name = str(was_position if is_position is None else is_position)
            entries.append(
                self._changed(name, old, new, f"{was_at}.{was_position}", f"{is_at}.{is_position}", depth + 1)
            )
        return _with_entries(key, entries, len(pairs), max(len(before), len(after)) - len(pairs))


def _with_entries(key: str, entries: list[ChangeView], changed: int, same: int) -> ChangeView:
    view: ChangeView = {"key": key, "kind": "changed", "entries": entries}
    if same > 0:
        view["same"] = same
    if changed > len(entries):
        view["more"] = changed - len(entries)
    return view


Entry = tuple[int, Part]
_GONE: Entry = (0, Part("", NOTHING))


def _entries(value: Any) -> dict[str, Entry] | None:
    """The entries of a mapping or an object, by key, with their positions."""
    try:
        parts = None if isinstance(value, str | BaseMessage) else parts_of(value)
        if parts is None or parts.kind == "list" or parts.total > _COMPARED:
            return None
        return {part.key: (at, part) for at, part in enumerate(parts.some(0, parts.total))}
    except Exception:  # noqa: BLE001  anybody's code
        return None


def _differ(was: Entry | None, is_: Entry | None) -> bool:
    return was is None or is_ is None or was[1].secret or not same(was[1].value, is_[1].value)


def _common(before: list[Any], after: list[Any]) -> int:
    """How many of the first items are the same."""
    return next(
        (at for at, (was, is_) in enumerate(zip(before, after, strict=False)) if not same(was, is_)),
        min(len(before), len(after)),
    )


def _has_ids(items: list[Any]) -> bool:
    return all(isinstance(item, BaseMessage) and item.id is not None for item in items)


def _pairs(before: list[Any], after: list[Any], kept: int) -> list[tuple[int | None, int | None]]:
    """The items that are not the same, those of one place together: messages by their id, others by their position."""
    if _has_ids(before):
        return _by_id(before, after)
    tail = _common(before[kept:][::-1], after[kept:][::-1])
    old, new = range(kept, len(before) - tail), range(kept, len(after) - tail)
    both = min(len(old), len(new))
    return [
        *zip(old[:both], new[:both], strict=True),
        *((position, None) for position in old[both:]),
        *((None, position) for position in new[both:]),
    ]


def _by_id(before: list[Any], after: list[Any]) -> list[tuple[int | None, int | None]]:
    was = {message.id: at for at, message in enumerate(before)}
    is_: dict[Any, int] = {getattr(message, "id", None): at for at, message in enumerate(after)}
    found: list[tuple[int | None, int | None]] = [(at, None) for id, at in was.items() if id not in is_]
    for id, at in is_.items():
        if id not in was:
            found.append((None, at))
        elif not same(before[was[id]], after[at]):
            found.append((was[id], at))
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same, as far as they can be compared at all."""
    if one is other:
        return True
    try:
        if type_name(one) != type_name(other):
            return False
        equals = getattr(type(one), "equals", None)  # frames and series say `==` cell by cell
        if equals is not None:
            return bool(equals(one, other))
        if hasattr(type(one), "__array__"):
            return bool(one.shape == other.shape and (one == other).all())
        return bool(one == other)
    except Exception:  # noqa: BLE001  anybody's __eq__
        return False


# ---------------------------------------------------------------- what a write makes of a key


def merged(before: Any, writes: list[Any], channel: Any) -> tuple[Any, bool]:
    """What a key holds once something was written to it, and whether that is known.

    Args:
        before: what it held; `NOTHING`, if it was not there.
        writes: what was written, in order.
        channel: LangGraph's channel of the key; `None` where the graph is not known.
    """
    if channel is None:
        return writes[-1], before is NOTHING
    try:
        # A graph's own channels are empty, and each run fills new ones (langgraph 1.2.24); a copy has the very same list.
        empty = _copied(getattr(channel, "value", None))
        filled = channel.copy() if before is NOTHING else channel.from_checkpoint(_copied(before))
        if before is NOTHING and isinstance(empty, list | dict | set):
            filled.value = empty
        filled.update(list(writes))
        return filled.get(), True
    except Exception:  # noqa: BLE001  a reducer of the user's
        return writes[-1], False


def _copied(value: Any) -> Any:
    # A reducer such as `operator.iadd` would change what it is compared with.
    return value.copy() if isinstance(value, list | dict | set) else value


def reducer_of(channel: Any, writes: list[Any]) -> str | None:
    """The name of the reducer that took what was written; `None` where a write replaces what a key held.

    >>> import operator
    >>> from langgraph.channels import BinaryOperatorAggregate, LastValue
    >>> reducer_of(BinaryOperatorAggregate(int, operator.add), [1]), reducer_of(LastValue(int), [1])
    ('add', None)
    """
    operator = getattr(channel, "operator", None)
    if operator is None or any(isinstance(one, Overwrite) or _overwrites(one) for one in writes):
        return None
    name = str(getattr(operator, "__name__", ""))
    return name.strip("_") if name.isidentifier() else ""


def _overwrites(written: Any) -> bool:
    # The two forms that an `Overwrite` has once it was JSON (langgraph 1.2.24).
    if not isinstance(written, dict):
        return False
    plain = cast("dict[Any, Any]", written)
    return plain.keys() == {"__overwrite__"} or (plain.keys() == {"value", "type"} and plain["type"] == "__overwrite__")
