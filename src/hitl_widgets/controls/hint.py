"""A control hint: `{"question": ..., "control": "approval"}`, or a dict with a `kind` and its options."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from ..control import Control
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
    """The control that the payload names; a `control` key that names none of ours is somebody else's."""
    payload = as_dict(request.payload)
    hint = payload.get("control") if payload is not None else None
    if payload is None or hint is None:
        return None
    options: dict[str, Any] = dict(cast("dict[str, Any]", hint)) if isinstance(hint, dict) else {"kind": hint}
    kind = options.pop("kind", None)
    make = _BY_KIND.get(kind) if isinstance(kind, str) else None
    if make is None:
        return None
    if kind == "choice" and "options" not in options and (key := choice_key(payload)) is not None:
        options["options"] = payload[key]
    if payload.get("default", MISSING) is not MISSING:
        options.setdefault("default", payload["default"])
    return make(**options).checked_by(request.response_schema)
