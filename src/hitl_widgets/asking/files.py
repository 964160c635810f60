"""`hitl.ask` for a file: the type that is asked for, held to a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.types import PathType

from ..files import KEYWORD, given
from ..files.rules import FORMATS, FileRules, Kind, read_rules

FILE_OPTIONS = ("folder", "suffixes", "upload", "into")
"""The options of `ask` that are about files."""


@dataclass(frozen=True)
class InFolder:
    """A path as the answer to a question, once it fits; also where nothing but `Command(resume=...)` answers."""

    rules: FileRules

    def __call__(self, path: Path) -> Path:
        return Path(given(self.rules, path.as_posix()))


def file_type(type_: Any, options: Mapping[str, Any]) -> Any:
    """The type that is asked for with its paths held to the folder, or `None` if it asks for no path.

    A `Path` is a file, as is a `FilePath`; a `DirectoryPath` is a folder. A `NewPath` is none that could be picked.

    Args:
        type_: a path, a list of paths, or either or `None`.
        options: the options of the question.

    Raises:
        TypeError: an option is none, or does not go with the type.
    """
    about_files = {name: options[name] for name in FILE_OPTIONS if options.get(name) is not None}
    held = _held(type_, about_files)
    if held is None and about_files:
        named = ", ".join(f"{name}=" for name in about_files)
        raise TypeError(f"{named} does not go with {getattr(type_, '__name__', type_)}: ask for a Path.")
    return held


def _held(type_: Any, options: Mapping[str, Any]) -> Any:
    if isinstance(type_, type) and issubclass(type_, Path):
        return _path("file", options)
    arguments = get_args(type_)
    origin = get_origin(type_)
    if origin is Annotated:
        return _held_annotated(*arguments, options=options)
    if origin is list and arguments:
        item = _held(arguments[0], options)
        return None if item is None else list[item]
    if origin in {Union, UnionType}:
        others = [one for one in arguments if one is not NoneType]
        one = _held(others[0], options) if len(others) == 1 else None
        return None if one is None else one | None
    return None


def _held_annotated(base: Any, *metadata: Any, options: Mapping[str, Any]) -> Any:
    said = next((one.path_type for one in metadata if isinstance(one, PathType)), None)
    if said is None:
        held = _held(base, options)
    else:
        kind = _KINDS.get(said)
        held = None if kind is None else _path(kind, options)
    rest = [one for one in metadata if not isinstance(one, PathType)]
    return held if held is None or not rest else Annotated[held, *rest]


_KINDS: dict[str, Kind] = {"file": "file", "dir": "folder"}
"""What Pydantic's types of paths ask for (2.14); there is also `new`, and `socket`."""


def _path(kind: Kind, options: Mapping[str, Any]) -> Any:
    from pydantic import AfterValidator, PlainSerializer, WithJsonSchema  # only what asks for a path has a use for them

    rules = read_rules(kind, **options)
    schema_format = next(name for name, kind in FORMATS.items() if kind == rules.kind)
    schema = {"type": "string", "format": schema_format, KEYWORD: rules.as_json()}
    return Annotated[
        Path,
        AfterValidator(InFolder(rules)),
        PlainSerializer(Path.as_posix, when_used="json"),
        WithJsonSchema(schema),
    ]
