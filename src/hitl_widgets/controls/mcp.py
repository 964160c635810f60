"""An MCP server's elicitation (langchain's MCP support): a form or a link a request, and accept, decline, cancel."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..control import Control
from ..control.deciding import deciding
from ..control.items import Choice, Item, Shape, plain_choice
from ..errors import InvalidAnswerError
from ..fields import Schema, field_for, is_object, replaced
from ..fields.values import is_list
from ..protocol import LinkView
from ..requests import Request
from ..texts.jsonable import as_text
from .payload import as_dict

_DEFS = ("$defs", "definitions")


def mcp_elicitation(request: Request) -> Control | None:
    """The asker named, and each request answered on its own. It resumes with `{"responses": {key: ...}}`."""
    payload = as_dict(request.payload)
    if payload is None or payload.get("type") != "mcp_elicitation":
        return None
    tool_name, requests = payload.get("tool_name"), payload.get("requests")
    if not isinstance(tool_name, str) or not is_list(requests) or not requests:
        return None
    items = [_item(one) for one in requests]
    known = [item for item in items if item is not None]
    keys = [one.get("key") if is_object(one) else None for one in requests]
    if len(known) != len(items) or not all(isinstance(key, str) for key in keys) or len(set(keys)) != len(keys):
        return None
    # Who asks is said by us: the message is the server's own words.
    return deciding(known, question=f"{tool_name} asks for your input", shape=_shape(keys), approve=None)


def _shape(keys: list[Any]) -> Shape:
    def unpack(value: Any) -> list[Any] | None:
        if not is_object(value) or not is_object(responses := value.get("responses")):
            return None
        if unknown := [key for key in responses if key not in keys]:
            raise InvalidAnswerError({f"responses/{key}": "Not expected here." for key in unknown})
        if missing := [key for key in keys if key not in responses]:
            raise InvalidAnswerError({f"responses/{key}": "Please fill this in." for key in missing})
        return [responses[key] for key in keys]

    return Shape(
        pack=lambda decisions: {"responses": dict(zip(keys, decisions, strict=True))},
        unpack=unpack,
        at=lambda index: f"responses/{keys[index]}",
        tag="action",
    )


def _item(one: Any) -> Item | None:
    if not is_object(one) or not isinstance(one.get("key"), str):
        return None
    message = one.get("message")
    said = message if isinstance(message, str) else None
    if one.get("mode") == "url" and isinstance(one.get("url"), str):
        link = _link(one["url"])
        # A page that cannot be opened from here cannot be agreed to either.
        choices = (_accept_url(), *_refusals()) if link is not None else _refusals()
        said = said if link is not None else "\n".join(filter(None, (said, f"Not a web page: {one['url']}")))
        return Item(one["key"], choices, said, link=link)
    schema = one.get("requested_schema")
    if not is_object(schema):
        return None
    return Item(one["key"], (_accept(replaced(schema)), *_refusals()), said, start="accept")


def _link(url: str) -> LinkView | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return None
    # As the browser resolves it: look-alike letters show as `xn--`.
    try:
        shown = host.encode("idna").decode()
    except UnicodeError:
        return None
    return {"url": url, "host": shown}


def _response(properties: Schema, *required: str) -> Schema:
    return {
        "type": "object",
        "properties": {"action": {"type": "string"}, **properties},
        "required": list(required),
        "additionalProperties": False,
    }


def _accept(requested: Schema) -> Choice:
    schema = _response({"content": requested}, "content") | {key: requested[key] for key in _DEFS if key in requested}
    return Choice(
        plain_choice("accept", "Accept", tone="primary", field=field_for(requested, label="Answer")),
        schema,
        "Accepted",
        approves=True,
        make=lambda entered: {"content": entered},
        at="content",
        details=lambda decision: as_text(decision["content"]),
    )


def _accept_url() -> Choice:
    return Choice(
        plain_choice("accept", "Accept", tone="primary"),
        _response({"content": {"type": "null"}}),
        "Accepted",
        approves=True,
    )


def _refusals() -> tuple[Choice, Choice]:
    declined = Choice(plain_choice("decline", "Decline", tone="danger"), _response({}), "Declined", approves=False)
    return declined, Choice(plain_choice("cancel", "Cancel", tone="danger"), _response({}), "Cancelled")
