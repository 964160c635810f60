"""What a run knows of the others on its thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..following.state import RunState
    from ..pending import Pending


@dataclass(eq=False)
class Others:
    """Guarded by the run's lock, as what the run knows itself.

    Attributes:
        follows: whether it is another session that is at work, and this one shows so.
        works_elsewhere: whether that is one which cannot be seen from here, so that only the thread tells what comes of it.
        waits_for: what is waited for that nobody can answer here, as a sentence: another kernel, which is at work on the
            thread, or a database that does not answer.
        has_news: whether the next pass leaves the run told what others have done: it follows them, or goes on by itself.
        catching_up: whether it is looked, or about to be, at what others have done: they may have answered what is asked.
        looks_again: whether that is to be done once more, for what they have done meanwhile.
        unseen: the questions that others have gone on to and that nobody has looked at here, by id.
        closed: the questions that were last answered elsewhere while their cards were shown, oldest first.
        seen: what they are at, as far as the thread tells, for the picture alone; of what has run here the run's own state
            tells more.
    """

    follows: bool = False
    works_elsewhere: bool = False
    waits_for: str | None = None
    has_news: bool = False
    catching_up: bool = False
    looks_again: bool = False
    unseen: frozenset[str] = frozenset()
    closed: list[Pending] = field(default_factory=list)
    seen: RunState | None = None
