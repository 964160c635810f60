"""Messages that Jupyter can send, whatever is in them."""

from __future__ import annotations

import json
from typing import Any

from ..texts.jsonable import jsonable


def sendable(message: Any) -> Any:
    r"""A message as it is, or the nearest one that can be sent.

    Half of an emoji can be in no message, as anybody who cuts a text makes one, nor a byte that Python reads of a file's
    name as `"\udcff"`: jupyter_client (8.10) fails over the one, and of the other makes what no browser reads. What is not
    a number, or no JSON at all, may be in a control of a user's own.

    >>> sendable({"at": [1, "a"]}), sendable({"half\ud83d": float("nan")})
    ({'at': [1, 'a']}, {'half\\ud83d': 'NaN'})
    """
    try:
        json.dumps(message, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        return jsonable(message)
    return message
