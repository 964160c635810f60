"""What became of a state by what a task wrote to it: a diff, in the words of its keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from langchain_core.messages import BaseMessage

from ..protocol import ChangeView
from ..running.secrets import DOTS
from ..texts.raised import ANYBODYS
from .alike import have_ids, in_common, pairs_that_differ, same
from .parts import Part, key_text, parts_of
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
        key = self._values.key(key_text(change.key))
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
            called = self._values.key(name)
            if was_part.secret or is_part.secret:
                entries.append({"key": called, "kind": "written", "after": self._shown("", DOTS, secret=True)})
                continue
            at = f"{was_at}.{was_position}", f"{is_at}.{is_position}"
            entries.append(self._changed(called, was_part.value, is_part.value, *at, depth + 1))
        return _with_entries(key, entries, len(changed), len(names) - len(changed))

    def _of_lists(
        self, key: str, before: list[Any], after: list[Any], was_at: str, is_at: str, depth: int
    ) -> ChangeView | None:
        if max(len(before), len(after)) > _COMPARED:
            return None
        kept = in_common(before, after)
        if kept == len(before) and len(after) > kept:
            return {"key": key, "kind": "appended", "after": self._shown(self._after + is_at, after, first=kept)}
        pairs = list(pairs_that_differ(before, after, kept))
        if not pairs or (len(pairs) > max(2, len(before) // 2) and not have_ids(before)):
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
    except ANYBODYS:  # anybody's code
        return None


def _differ(was: Entry | None, is_: Entry | None) -> bool:
    return was is None or is_ is None or was[1].secret or not same(was[1].value, is_[1].value)
