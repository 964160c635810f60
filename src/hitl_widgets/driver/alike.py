"""Another checkpointer like one, for a pass of a graph that is to be told something else of its thread."""

from __future__ import annotations

from typing import Any


def can_be_alike(checkpointer: Any) -> bool:
    """Whether there can be another one like it: all that it has is in its `__dict__`."""
    return not isinstance(object.__getstate__(checkpointer), tuple)


def alike(checkpointer: Any, first: type[Any], **own: Any) -> Any:
    """The same checkpointer, with the same connection, locks and checkpoints.

    Args:
        checkpointer: one that can be had so.
        first: whose methods come before its own.
        own: what the new one's class has.
    """
    kind: type[Any] = type(checkpointer)
    # It is soon thrown away, and must not close what the other one goes on with.
    made: Any = object.__new__(type(kind.__name__, (first, kind), {**own, "__del__": _stay}))
    object.__setattr__(made, "__dict__", checkpointer.__dict__)
    return made


def _stay(made: Any) -> None: ...
