"""Which keys a change of the state has changed: read once from the thread, for the rows that somebody is shown."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from ..inside.changed import CHANGED, Changed, changed_keys
from ..inside.parts import key_text
from ..running.run import Run
from ..running.secrets import Secrets
from ..texts.clipped import clipped
from ..texts.odd import spelled

FEW = 3
"""Keys that a row names; the others are counted."""
LONGEST = 40
"""Characters of a key in a row."""
TRIES = 3
"""How often it is tried to read one: a checkpointer may be busy."""


class ChangedKeys:
    """The keys of the changes that are in the rows of a run. Used with the run's lock held, but for `read` and `begin`.

    Args:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._keys: dict[str, Sequence[str]] = {}
        self._tried: dict[str, int] = {}
        self._wanted: dict[str, Changed] = {}
        self._in_hand: dict[str, Changed] = {}
        """Those that are just being read, beside the run: rows that somebody has asked for meanwhile wait for them, too."""
        self._reads = False

    def words(self, change: Changed | None, id: str) -> str:
        """What a row says of a change; one that was not read yet is read next.

        Args:
            change: the change; `None` where it is not known yet what comes after it.
            id: what its row calls it.
        """
        is_known = id in self._keys or id in self._in_hand
        if change is not None and not is_known and self._tried.get(id, 0) < TRIES:
            self._wanted[id] = change
        return words_of(self._keys.get(id, ()), self._run.secrets)

    @property
    def are_due(self) -> bool:
        """Whether there are some to be read."""
        return bool(self._wanted or self._in_hand)

    def begin(self) -> None:
        """Read those that are due, beside the run."""
        if self._reads or not self.are_due:
            return
        self._reads = True
        if not self._run.driver.spawn_beside(self._read_and_tell()):
            self._reads = False

    async def read(self) -> None:
        """Read those that are due."""
        run = self._run
        with run.lock:
            for id in self._wanted:
                self._tried[id] = self._tried.get(id, 0) + 1
            self._in_hand |= self._wanted
            self._wanted, wanted = {}, {**self._in_hand}
        for id, change in wanted.items():
            keys: Sequence[str] | None = None
            try:
                with contextlib.suppress(Exception):  # the checkpointer's: another time, or the row does without
                    keys = await changed_keys(run, change)
            finally:
                with run.lock:
                    self._in_hand.pop(id, None)
                    if keys is not None:
                        self._keys[id] = keys

    async def _read_and_tell(self) -> None:
        try:
            await self.read()
        finally:
            self._reads = False
        self._run.changed()


def words_of(keys: Sequence[str], secrets: Secrets) -> str:
    r"""What a row says of a change, by the keys that it changed.

    >>> words_of(["budget"], Secrets()), words_of(["a", "b", "c", "d", "e"], Secrets())
    ('state changed: budget', 'state changed: a, b, c and 2 more')
    >>> words_of([], Secrets()), words_of(["<b>\u202e\n"], Secrets())
    ('state changed', 'state changed: <b>⟨U+202E⟩')
    """
    if not keys:
        return CHANGED
    named = [clipped(spelled(" ".join(secrets.mask(key_text(key)).split())), LONGEST) for key in keys[:FEW]]
    more = f" and {len(keys) - FEW} more" if len(keys) > FEW else ""
    return f"{CHANGED}: {', '.join(named)}{more}"
