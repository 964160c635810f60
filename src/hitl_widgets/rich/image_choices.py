"""`choices=` and `rank=` of pictures: the checkpoint and the decisions have their labels, the node gets what it gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ..asking.live import Made
from ..errors import InvalidAnswerError
from ..fields import choice_label, choice_values, is_object
from .images import Image, image_of
from .kind import Rich
from .pictures import is_picture
from .scaling import check_all


@dataclass(frozen=True)
class ImageChoices:
    """Choices of which some are pictures.

    Attributes:
        values: what was given, by label.
        images: how those look that are pictures, by label.
    """

    values: Mapping[str, Any]
    images: Mapping[str, Image]

    def labels(self, answer: Any) -> Any:
        """The label of a choice, or the labels of several; a label stands for itself.

        Raises:
            InvalidAnswerError: it is none of the choices.
        """
        return _labels(self.values, answer)


def with_image_choices(name: str) -> Callable[[Any, Mapping[str, Any]], Rich]:
    """The kind of rich question that `choices=` or `rank=` makes if there is a picture in it.

    Args:
        name: `choices` or `rank`.
    """

    def kind(_type: Any, options: Mapping[str, Any]) -> Rich:
        given = options[name]
        if isinstance(given, str) or not any(map(is_picture, choice_values(given))):
            return Rich()
        values = _by_label(given, name)
        plain: dict[str, Any] = {name: list(values)}
        if options.get("default") is not None:
            plain["default"] = _default(values, options["default"])
        return Rich(
            things={name: Made(lambda: _drawn(values))},
            options=plain,
            read=lambda answer: _chosen(values, answer),
        )

    return kind


def _by_label(given: Sequence[Any] | Mapping[str, Any], name: str) -> dict[str, Any]:
    """The choices by label: a dict's keys, a file's name, a text itself, else the place in the list from 1 on."""
    values = choice_values(given)
    if isinstance(given, Mapping):
        labels = [str(label) for label in given]
    else:
        names = Counter(value.name for value in values if isinstance(value, Path))
        labels = [
            _label(option, value, at, names) for at, (option, value) in enumerate(zip(given, values, strict=True), 1)
        ]
    if twice := next((label for label, count in Counter(labels).items() if count > 1), None):
        raise TypeError(f"{name}= has {twice!r} twice: name the choices, {name}={{{twice!r}: ..., ...}}.")
    return dict(zip(labels, values, strict=True))


def _label(option: Any, value: Any, at: int, names: Mapping[str, int]) -> str:
    if is_object(option) and (label := choice_label(option)) is not None:
        return label
    if isinstance(value, Path):
        return value.name if names[value.name] == 1 else str(value)
    return str(at) if is_picture(value) else str(value)


def _drawn(values: Mapping[str, Any]) -> ImageChoices:
    images = {label: image_of(value, label) for label, value in values.items() if is_picture(value)}
    check_all([image.data for image in images.values()])
    return ImageChoices(values, images)


def _chosen(values: Mapping[str, Any], answer: Any) -> Any:
    if isinstance(answer, list):
        return [values[label] for label in cast("list[str]", answer)]
    return values[answer]


def _labels(values: Mapping[str, Any], answer: Any) -> Any:
    if isinstance(answer, list | tuple):
        return [_labels(values, one) for one in cast("list[Any]", answer)]
    if isinstance(answer, str) and answer in values:
        return answer
    # By identity: pictures are compared part by part, or not at all.
    found = next((label for label, value in values.items() if value is answer or _is_same(value, answer)), None)
    if found is None:
        known = ", ".join(map(repr, values))
        said = repr(answer) if isinstance(answer, str | int | float) else f"This {type(answer).__name__}"
        raise InvalidAnswerError(f"{said} is none of the choices: {known}.")
    return found


def _is_same(value: Any, answer: Any) -> bool:
    return isinstance(value, str | int | float | Path) and type(value) is type(answer) and value == answer


def _default(values: Mapping[str, Any], default: Any) -> Any:
    try:
        return _labels(values, default)
    except InvalidAnswerError as error:
        raise TypeError(f"default={default!r} is no answer to this question: {error}") from error
