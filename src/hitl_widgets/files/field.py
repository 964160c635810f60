"""The files of one question's fields: what the browser asks for while the question is open."""

from __future__ import annotations

import base64
import binascii
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from ..errors import InvalidAnswerError
from ..protocol import CancelUpload, FileField, ListFolder, Uploaded, UploadPart
from .listing import listing
from .rules import FileRules
from .upload import MOST_A_PART, Upload

_WHAT: TypeAdapter[ListFolder | UploadPart | CancelUpload] = TypeAdapter(ListFolder | UploadPart | CancelUpload)
_MOST_AT_ONCE = 8
"""Uploads that one question keeps; a page that was closed does not say that its own has ended."""


_MOST_CANCELLED = 64
"""Those of which a part may still be on its way."""


class FieldFiles:
    """Lists folders for the file fields of a view, and takes uploads for them. Safe from any thread.

    Args:
        view: a control's view; the rules are those of the fields in it.
    """

    def __init__(self, view: Any) -> None:
        self._rules = {field["source"]: FileRules.of(field) for field in _file_fields(view)}
        self._uploads: dict[str, Upload] = {}
        self._cancelled: deque[str] = deque(maxlen=_MOST_CANCELLED)
        self._lock = threading.Lock()
        self._closed = False

    def __bool__(self) -> bool:
        return bool(self._rules)

    def fetch(self, what: Mapping[str, Any]) -> Any:
        """What a folder holds, or where an upload stands.

        Args:
            what: a `ListFolder`, an `UploadPart` or a `CancelUpload`.

        Raises:
            InvalidAnswerError: it is refused; a sentence.
        """
        try:
            asked = _WHAT.validate_python(what)
        except ValidationError:
            raise InvalidAnswerError("There is nothing of this kind here.") from None
        rules = self._rules.get(asked["source"])
        if rules is None:
            raise InvalidAnswerError("This question asks for no such file.")
        if "folder" in asked:
            return listing(rules, asked["folder"], asked["typed"])
        with self._lock:
            if "cancel" not in asked:
                return self._take(rules, asked)
            self._cancelled.append(asked["cancel"])
            return self._drop(asked["cancel"])

    def close(self) -> None:
        """The question is gone, and with it what was not uploaded to its end."""
        with self._lock:
            self._closed = True
            for upload in self._uploads.values():
                upload.drop()
            self._uploads.clear()

    def _take(self, rules: FileRules, part: UploadPart) -> Uploaded:
        if self._closed:
            raise InvalidAnswerError("This question is no longer open.")
        if part["upload"] in self._cancelled:  # a part that was still on its way
            raise InvalidAnswerError("The upload was cancelled.")
        upload = self._uploads.get(part["upload"])
        if upload is None:
            upload = self._begin(rules, part)
        try:
            upload.add(part["offset"], _bytes(part["data"]))
        except InvalidAnswerError:
            self._drop(part["upload"])
            raise
        return {"received": upload.received, "path": upload.path}

    def _begin(self, rules: FileRules, part: UploadPart) -> Upload:
        while len(self._uploads) >= _MOST_AT_ONCE:
            self._drop(min(self._uploads, key=lambda one: self._uploads[one].touched))
        upload = self._uploads[part["upload"]] = Upload(rules, part["name"], part["size"])
        return upload

    def _drop(self, upload: str) -> None:
        if (found := self._uploads.pop(upload, None)) is not None:
            found.drop()


def _bytes(data: str) -> bytes:
    try:
        decoded = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidAnswerError("A part of the upload was damaged on its way. Please try again.") from None
    if len(decoded) > MOST_A_PART:
        raise InvalidAnswerError(f"A part of an upload is at most {MOST_A_PART} bytes.")
    return decoded


_HOLDS_FIELDS = ("field", "fields", "item", "items", "places", "value", "branches", "choices")
"""The keys of a view under which fields are; what stands elsewhere (a default, a choice's value) only looks like one."""


def _file_fields(view: Any) -> Iterator[FileField]:
    if isinstance(view, list):
        for part in cast("list[Any]", view):
            yield from _file_fields(part)
    elif isinstance(view, Mapping):
        said = cast("Mapping[str, Any]", view)
        if said.get("type") == "file":
            yield cast("FileField", said)
        for part in (*(said.get(key) for key in _HOLDS_FIELDS), *said.get("definitions", {}).values()):
            yield from _file_fields(part)
