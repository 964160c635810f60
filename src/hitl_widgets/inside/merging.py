"""What a write makes of a key: its reducer, called as LangGraph calls it."""

from __future__ import annotations

from typing import Any, cast

from langgraph.types import Overwrite

from .changes import NOTHING


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
