"""Which cards need `static/rich.js` (`js/src/rich/`): the code that few need is sent when one first appears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

_FIELDS = frozenset({"rank", "file"})
_KINDS = frozenset({"table"})


def needs_rich(view: Any) -> bool:
    """Whether a control's view has something that only the second bundle draws.

    >>> needs_rich({"kind": "form", "field": {"type": "text", "compare": "Dear Ada,"}})
    True
    """
    if isinstance(view, list):
        return any(needs_rich(part) for part in cast("list[Any]", view))
    if not isinstance(view, Mapping):
        return False
    said = cast("Mapping[str, Any]", view)
    is_one = (
        said.get("kind") in _KINDS
        or said.get("type") in _FIELDS
        or said.get("compare") is not None
        or said.get("image") is not None
    )
    return is_one or any(needs_rich(part) for part in said.values() if isinstance(part, (list, Mapping)))
