"""What a file field asks for with a `FetchIntent`, and what it is answered."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class ListFolder(TypedDict):
    """What a `FetchIntent` of a file field asks for; answered with a `FolderView`."""

    source: str
    folder: str
    """From the field's own folder, `""` is that one."""
    typed: str
    """What the names must have in them, in any case."""


class UploadPart(TypedDict):
    """The same: a part of a file, in base64; answered with `Uploaded`, which says where to go on."""

    source: str
    upload: str
    """The same for each part, and for no other upload."""
    name: str
    size: int
    """Of the whole file, in bytes."""
    offset: int
    data: str


class CancelUpload(TypedDict):
    """The same: what has arrived of a file is thrown away."""

    source: str
    cancel: str


class FileEntry(TypedDict):
    """A file or a folder in a `FolderView`."""

    name: str
    kind: Literal["file", "folder"]
    size: int | None
    """Bytes; `None` for a folder, and where it cannot be read."""
    modified: int | None
    """Seconds since 1970."""


class FolderView(TypedDict):
    """What is in a folder: folders first, each by name."""

    entries: list[FileEntry]
    more: int
    """How many others there are."""


class Uploaded(TypedDict):
    """How much of a file has arrived."""

    received: int
    """Bytes; the next part starts here, whatever was sent."""
    path: str | None
    """The reply for the file, once all of it is there."""
