"""What a question for a file asks for: where one may look, what fits, and what may be uploaded."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from ..protocol import FileField

Kind = Literal["file", "folder", "any"]

KEYWORD = "x-file"
"""The keyword of a JSON Schema that holds the rules of its path, as `FileRules.as_json` writes them."""

FORMATS: dict[str, Kind] = {"path": "any", "file-path": "file", "directory-path": "folder"}
"""What Pydantic says of a `Path`, a `FilePath` and a `DirectoryPath` (2.14; of a `NewPath` the same as of a `Path`)."""

UPLOADS = "uploads"
"""Where uploads go, if it is not said."""


@dataclass(frozen=True)
class FileRules:
    """What a path must be.

    Attributes:
        kind: a file, a folder, or either.
        folder: the folder that it must be in, as the author wrote it, so that it means the same in another place.
        suffixes: what a file's name must end with, in any case; empty: anything.
        upload: how many bytes an uploaded file may have; `None`: nothing is uploaded.
        into: the folder for uploads, relative to `folder`.
    """

    kind: Kind = "any"
    folder: str = "."
    suffixes: tuple[str, ...] = ()
    upload: int | None = None
    into: str = UPLOADS

    @property
    def source(self) -> str:
        """What the browser names the rules by."""
        return hashlib.sha256(json.dumps(self.as_json()).encode()).hexdigest()[:12]

    def root(self) -> Path:
        """The folder, without links in its path.

        Raises:
            OSError: there is something in the way.
        """
        return Path(self.folder).resolve()

    def fits(self, name: str) -> bool:
        """Whether a file may have this name."""
        return not self.suffixes or name.lower().endswith(tuple(suffix.lower() for suffix in self.suffixes))

    def as_json(self) -> dict[str, Any]:
        """As the value of `KEYWORD`."""
        return {**asdict(self), "suffixes": list(self.suffixes)}

    @classmethod
    def from_json(cls, said: Any) -> FileRules | None:
        """The rules that a schema says; `None` if these are none."""
        try:
            return _rules().validate_python(said)
        except ValidationError:
            return None

    @classmethod
    def of(cls, field: FileField) -> FileRules:
        """The rules of a field that is shown."""
        return cls(field["kind"], field["folder"], tuple(field["suffixes"]), field["upload"], field["into"])

    def put_into(self, field: FileField) -> None:
        """Show a field by these rules."""
        field.update(
            kind=self.kind,
            source=self.source,
            folder=self.folder,
            suffixes=list(self.suffixes),
            upload=self.upload,
            into=self.into,
        )


@functools.cache
def _rules() -> TypeAdapter[FileRules]:
    return TypeAdapter(FileRules)


def read_rules(
    kind: Kind,
    folder: str | PathLike[str] = ".",
    suffixes: Sequence[str] = (),
    upload: str | int | None = None,
    into: str | PathLike[str] = UPLOADS,
) -> FileRules:
    """The rules that the options of a question say.

    Raises:
        TypeError: an option's value is none.

    >>> read_rules("file", "data/", [".csv"], "10 MB").upload
    10000000
    """
    size = None if upload is None or upload is False else _bytes(upload)
    if isinstance(suffixes, str) or not all(_is_suffix(suffix) for suffix in suffixes):
        raise TypeError(f"suffixes={suffixes!r} is no list of endings like ['.csv', '.parquet'].")
    if kind == "folder" and (suffixes or size is not None):
        raise TypeError("suffixes= and upload= do not go with a folder.")
    target = PurePosixPath(Path(into).as_posix())
    if target.is_absolute() or any(part.startswith(".") for part in target.parts):
        raise TypeError(f"into={str(into)!r} is not inside of the folder.")
    return FileRules(kind, Path(folder).expanduser().as_posix(), tuple(suffixes), size, target.as_posix())


_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


def _bytes(size: Any) -> int:
    if isinstance(size, int) and not isinstance(size, bool) and size > 0:
        return size
    said = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", size.strip().lower()) if isinstance(size, str) else None
    count = 0 if said is None else int(float(said[1]) * _UNITS.get(said[2], 0))
    if count <= 0:
        raise TypeError(f"upload={size!r} is no size: '10 MB', '500 kB', or a number of bytes.")
    return count


def _is_suffix(suffix: Any) -> bool:
    return isinstance(suffix, str) and suffix.startswith(".") and len(suffix) > 1 and "/" not in suffix
