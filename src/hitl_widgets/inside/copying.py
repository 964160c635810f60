"""A value as a text, for the clipboard: a text as it is, everything else as JSON. Secrets are dots there too."""

from __future__ import annotations

import json
from typing import Any

from langchain_core.messages import BaseMessage
from pydantic import SecretBytes, SecretStr

from ..running.secrets import DOTS, Secrets
from ..texts.jsonable import storable
from ..texts.raised import ANYBODYS
from . import messages
from .parts import Part, parts_of, type_name
from .tables import is_table, table_value
from .values import Values

LONGEST = 2_000_000
"""Characters; the browser's clipboard takes more, its main thread does not like it."""
_DEEPEST = 60
_MOST = 50_000
"""Values inside of it."""
_CUT = "…"


def as_copied(part: Part, secrets: Secrets) -> str:
    """A value as a text, of which there is at most two million characters.

    >>> print(as_copied(Part("", {"to": ["EU"], "ok": True}), Secrets()))
    {
      "to": [
        "EU"
      ],
      "ok": true
    }
    """
    walk = _Walk(secrets)
    plain = walk.json(part, 0)
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, indent=2)
    return text if len(text) <= LONGEST else text[:LONGEST] + _CUT


class _Walk:
    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._left = _MOST
        self._values = Values(secrets)

    def json(self, part: Part, depth: int) -> Any:
        value = part.value
        if part.secret or isinstance(value, SecretStr | SecretBytes) or self._secrets.is_one(value):
            return DOTS
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            return _CUT
        if isinstance(value, str):
            return storable(self._secrets.mask(str.__str__(value)))
        if value is None or isinstance(value, bool):
            return value
        try:
            return self._nested(value, depth)
        except ANYBODYS:  # anybody's code
            return f"<{type_name(value)}>"

    def _nested(self, value: Any, depth: int) -> Any:
        if isinstance(value, int | float) and json.loads(json.dumps(value)) == value:
            return value
        if isinstance(value, BaseMessage):
            return self._message(value, depth)
        if is_table(value):
            table = table_value(value, 0, _MOST, self._secrets.mask)
            names = [column["name"] for column in table["columns"]]
            return "\n".join("\t".join(cell or "" for cell in row) for row in [names, *table["rows"]])
        parts = parts_of(value)
        if parts is None:
            view = self._values.view(Part("", value))
            return view["text"] if "text" in view else f"<{type_name(value)}>"
        inside = parts.some(0, min(parts.total, max(self._left, 0) + 1))
        if parts.kind == "list":
            return [self.json(one, depth + 1) for one in inside]
        return {self._secrets.mask(one.key): self.json(one, depth + 1) for one in inside}

    def _message(self, message: BaseMessage, depth: int) -> Any:
        said = [self.json(part, depth + 1) for part in messages.contents(message)]
        found: dict[str, Any] = {"type": message.type, "content": said[0] if len(said) == 1 else said}
        if calls := messages.calls(message):
            found["tool_calls"] = [
                {"name": name, "args": self.json(Part("", arguments), depth + 1)} for name, arguments in calls
            ]
        return found
