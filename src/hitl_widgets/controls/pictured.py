"""A choice or ranking whose options are pictures: each is shown with its own, and code may answer with one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from ..asking.live import Live
from ..control import Control
from ..protocol import Option

if TYPE_CHECKING:
    from ..rich.image_choices import ImageChoices


def pictured(control: Control, live: Live) -> Control:
    """The same control with the pictures of its options, if the question has such.

    Args:
        control: a choice, several of them, or a ranking; its options' values are labels.
        live: what the question is about and lives in this kernel alone.
    """
    if not live:
        return control
    from ..rich.image_choices import ImageChoices  # few questions have pictures

    choices = next((thing for thing in live.values() if isinstance(thing, ImageChoices)), None)
    if choices is None or control.view["kind"] != "form":
        return control
    field = control.view["field"]
    if field["type"] not in {"choice", "choices", "rank"}:
        return control
    drawn = cast(
        "Any", {**field, "options": [_with_image(option, choices) for option in cast("Any", field)["options"]]}
    )
    return replace(
        control,
        view={**control.view, "field": drawn},
        assets={image.asset: image.url for image in choices.images.values()},
        from_code=choices.labels,
    )


def _with_image(option: Option, choices: ImageChoices) -> Option:
    image = choices.images.get(option["value"])
    return option if image is None else {**option, "image": image.asset}
