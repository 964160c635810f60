"""A control hint: `{"question": ..., "control": "approval"}`, or a dict with a `kind` and its options."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from functools import partial
from typing import Any, cast

from ..control import Control
from ..errors import ControlError
from ..fields import MISSING, Schema
from ..requests import Request
from .payload import as_dict, choice_key


def _form(*, schema: Schema, **options: Any) -> Control:
    return Control.form(schema, **options)


_BY_KIND: dict[str, Callable[..., Control]] = {
    "approval": Control.approval,
    "text": Control.text,
    "multiline": partial(Control.text, multiline=True),
    "choice": Control.choice,
    "json": Control.json,
    "form": _form,
}


def control_hint(request: Request) -> Control | None:
    """The control that the payload names; a `control` key that names none of ours is somebody else's.

    Raises:
        ControlError: it nearly names one of ours; the registry says so and goes on.
    """
    payload = as_dict(request.payload)
    hint = payload.get("control") if payload is not None else None
    if payload is None or hint is None:
        return None
    options: dict[str, Any] = dict(cast("dict[str, Any]", hint)) if isinstance(hint, dict) else {"kind": hint}
    kind = options.pop("kind", None)
    make = _BY_KIND.get(kind) if isinstance(kind, str) else None
    if make is None:
        if meant := get_close_matches(str(kind), _BY_KIND, n=1):
            raise ControlError(f"there is no control {kind!r}; did you mean {meant[0]!r}?")
        return None
    if kind == "choice" and "options" not in options and (key := choice_key(payload)) is not None:
        options["options"] = payload[key]
    if payload.get("default", MISSING) is not MISSING:
        options.setdefault("default", payload["default"])
    return make(**options).checked_by(request.response_schema)
