"""A value as a tree with limits, for the browser. It never raises, whatever the value does, and it is never large."""

from __future__ import annotations

import enum
import sys
import threading
import time
from typing import Any

from langchain_core.messages import BaseMessage
from pydantic import SecretBytes, SecretStr

from ..protocol import EntryView, ListValue, MapValue, MessageValue, ShownValue, TextValue, ValueView
from ..running.secrets import Secrets
from ..texts import markdown
from ..texts.jsonable import storable
from ..texts.raised import ANYBODYS
from . import messages
from .parts import Part, Parts, parts_of, type_name
from .pictures import LARGE, SMALL, Bounds, image_value, is_picture
from .tables import is_table, table_value

CHARACTERS = 90_000
"""About how much of all values of an answer is sent at first."""
MORE_CHARACTERS = 150_000
"""The same where somebody asks for more of one."""
_NODE = 40
"""What a value costs beside its text."""
_LEAST = 600
"""Of each entry something is shown."""
_TEXT = 2_000
_MORE_TEXT = 50_000
"""Characters of a text."""
_REPR = 500
_MARKDOWN = 4_000
"""A longer message is shown as a plain text."""
_MARKDOWN_OF_ALL = 30_000
_ENTRIES = (50, 30, 20)
"""How many entries of a value are sent, by how deep it is."""
_MORE_ENTRIES = 200
_ROWS = 20
_DEEPEST = 6
_PATIENCE = 1.0
"""Seconds for all values of an answer."""
_REPR_PATIENCE = 0.2
"""Seconds for what a value of anybody's own says of itself."""
_MANY_DIGITS = 4_000
"""Python refuses to print numbers of more than 4 300 digits (3.11)."""


class Values:
    """Reads values, within one limit for all of them.

    Args:
        secrets: what is shown as dots wherever it is.
        characters: the limit.
    """

    def __init__(self, secrets: Secrets, characters: int = CHARACTERS) -> None:
        self._secrets = secrets
        self._left = characters
        self._markdown_left = _MARKDOWN_OF_ALL
        self._inside: set[int] = set()
        self._until = time.monotonic() + _PATIENCE
        self._slow: set[type] = set()

    def shown(self, name: str, value: Any, *, secret: bool = False, first: int = 0) -> ShownValue:
        """A value under its name; of a list that grew, only what is new from `first` on."""
        return {"value": name, "view": self.view(Part("", value, secret), first=first)}

    def key(self, key: str) -> str:
        """A key, with dots where it has a secret in it."""
        return self._masked(key)

    def view(self, part: Part, *, first: int = 0) -> ValueView:
        """A value."""
        return self._view(part, first, None, _TEXT, SMALL)

    def more(self, part: Part, first: int, count: int) -> ValueView:
        """More of a value that was cut or folded."""
        return self._view(part, max(first, 0), max(count, 1), _MORE_TEXT, LARGE)

    # ------------------------------------------------------------------ kinds

    def _view(self, part: Part, first: int, count: int | None, length: int, picture: Bounds) -> ValueView:
        value = part.value
        if part.secret or isinstance(value, SecretStr | SecretBytes) or self._secrets.is_one(value):
            return {"kind": "secret"}
        self._left -= _NODE
        try:
            return self._known(value, first, count, length, picture)
        except ANYBODYS:  # anybody's code: a property, an iterator, a length, a frame
            return {"kind": "opaque", "type": type_name(value), "text": self._repr(value)}

    def _known(self, value: Any, first: int, count: int | None, length: int, picture: Bounds) -> ValueView:
        if (plain := _plain(value)) is not None:
            self._left -= len(plain["text"])
            return plain
        if isinstance(value, str):
            return self._text(value, first, length if count is None else min(count, length))
        if isinstance(value, BaseMessage):
            return self._nested(value, lambda: self._message(value))
        if is_table(value):
            if self._over:
                return _folded(value, " × ".join(map(str, value.shape)))
            view = table_value(value, first, min(count or _ROWS, _MORE_ENTRIES), self._masked)
            self._left -= sum(len(cell or "") + 4 for row in view["rows"] for cell in row)
            return view
        if is_picture(value):
            return self._picture(value, picture)
        parts = parts_of(value)
        if parts is None:
            return {"kind": "opaque", "type": type_name(value), "text": self._repr(value)}
        return self._nested(value, lambda: self._parts(value, parts, first, count))

    @property
    def _over(self) -> bool:
        return self._left <= 0 or time.monotonic() > self._until

    def _nested(self, value: Any, view: Any) -> ValueView:
        if id(value) in self._inside:
            return {"kind": "opaque", "type": type_name(value), "text": "contains itself"}
        self._inside.add(id(value))
        try:
            return view()
        finally:
            self._inside.discard(id(value))

    def _text(self, value: str, first: int, length: int) -> TextValue:
        # Whole, since a secret may stand where it is cut.
        text = self._masked(str.__str__(value))
        length = max(min(length, self._left), 80)
        some = text[first : first + length]
        self._left -= len(some)
        return {"kind": "text", "text": storable(some), "first": first, "total": len(text)}

    def _picture(self, value: Any, bounds: Bounds) -> ValueView:
        if self._over:
            return _folded(value, "picture")
        view = image_value(value, bounds)
        if view is None:
            return _folded(value, "picture")
        self._left -= len(view["url"]) if bounds == SMALL else 0
        return view

    def _message(self, message: BaseMessage) -> ValueView:
        if self._over:
            return _folded(message, message.type)
        view: MessageValue = {"kind": "message", "role": storable(str(message.type)), "content": [], "calls": []}
        if name := getattr(message, "name", None):
            view["name"] = self._masked(str(name))[:80]
        if messages.failed(message):
            view["failed"] = True
        reads = message.type != "tool"
        said = messages.contents(message)[: _ENTRIES[0]]
        view["content"] = [self._said(part, reads=reads) for part in said]
        for called, arguments in messages.calls(message)[: _ENTRIES[0]]:
            view["calls"].append(
                {"name": storable(self._masked(called)[:200]), "arguments": self._child(Part("", arguments), 1)}
            )
        return view

    def _said(self, part: Part, *, reads: bool) -> ValueView:
        value = part.value
        if not (reads and isinstance(value, str)) or not 0 < len(value) <= min(_MARKDOWN, self._markdown_left):
            return self._child(part, 1)
        if self._over:
            return _folded(value, f"{len(value)} characters")
        text = storable(self._masked(value))
        self._markdown_left -= len(text)
        self._left -= 2 * len(text)
        return {"kind": "markdown", "nodes": markdown.read(text), "total": len(text), "cut": False}

    def _parts(self, value: Any, parts: Parts, first: int, count: int | None) -> ValueView:
        depth = len(self._inside) - 1
        if parts.total and (depth >= _DEEPEST or self._over):
            return _folded(value, counted(parts))
        if count is None:
            count = _ENTRIES[min(depth, len(_ENTRIES) - 1)]
        some = parts.some(first, min(count, _MORE_ENTRIES))
        children = [self._child(part, len(some) - at) for at, part in enumerate(some)]
        if parts.kind == "list":
            items: ListValue = {
                "kind": "list",
                "type": parts.type,
                "first": first,
                "total": parts.total,
                "items": children,
            }
            return items
        entries: list[EntryView] = [
            {"key": self.key(part.key), "value": child} for part, child in zip(some, children, strict=True)
        ]
        self._left -= sum(len(part.key) for part in some)
        found: MapValue = {
            "kind": "object" if parts.kind == "object" else "map",
            "type": parts.type,
            "first": first,
            "total": parts.total,
            "entries": entries,
        }
        return found

    def _child(self, part: Part, left: int) -> ValueView:
        """An entry: a large one leaves something for those after it, of which there are `left` with it."""
        before = self._left
        self._left = share = min(before, max(_LEAST, 2 * before // left))
        try:
            return self._view(part, 0, None, _TEXT, SMALL)
        finally:
            self._left += before - share

    # ------------------------------------------------------------------ texts

    def _masked(self, text: str) -> str:
        return self._secrets.mask(text)

    def _repr(self, value: Any) -> str:
        text = self._masked(self._patient_repr(value))[:_REPR]
        self._left -= len(text)
        return storable(text)

    def _patient_repr(self, value: Any) -> str:
        type_: type = type(value)
        if isinstance(value, bytes | bytearray):
            more = f" … {len(value)} bytes" if len(value) > 60 else ""
            return f"{bytes(value[:60])!r}{more}"
        if isinstance(value, enum.Enum):
            return str(value)
        if str(type_.__module__).partition(".")[0] in sys.stdlib_module_names:
            return _repr(value)
        if type_ in self._slow:
            return f"<{type_.__name__}: takes too long to show>"
        said: list[str] = []
        asking = threading.Thread(target=lambda: said.append(_repr(value)), name="hitl-repr", daemon=True)
        asking.start()
        asking.join(_REPR_PATIENCE)
        if said:
            return said[0]
        self._slow.add(type_)
        return f"<{type_.__name__}: takes too long to show>"


def counted(parts: Parts) -> str:
    """How much there is in a value.

    >>> counted(parts_of([1, 2])), counted(parts_of({"a": 1}))
    ('2 items', '1 entry')
    """
    one, several = {"list": ("item", "items"), "map": ("entry", "entries"), "object": ("field", "fields")}[parts.kind]
    return f"{parts.total} {one if parts.total == 1 else several}"


def _folded(value: Any, summary: str) -> ValueView:
    return {"kind": "folded", "type": type_name(value), "summary": summary}


def _plain(value: Any) -> Any:
    if value is None:
        return {"kind": "null", "text": "None"}
    if isinstance(value, bool):
        return {"kind": "boolean", "text": str(value)}
    if isinstance(value, enum.Enum):
        return None
    if isinstance(value, int):
        digits = value.bit_length() * 0.30103
        return {"kind": "number", "text": str(int(value)) if digits < _MANY_DIGITS else f"about 10^{int(digits)}"}
    if isinstance(value, float):
        return {"kind": "number", "text": repr(float(value))}
    if isinstance(value, complex):
        return {"kind": "number", "text": repr(complex(value))}
    if type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        item = value.item()
        return _plain(item) if isinstance(item, bool | int | float | complex) else None
    return None


def _repr(value: Any) -> str:
    try:
        return str(repr(value))
    except BaseException:  # noqa: BLE001  anybody's __repr__
        return f"<{type_name(value)}>"
