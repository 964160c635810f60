"""Questions about what lives in the kernel: `hitl.ask(..., images=...)` and the like, one file a kind.

Each kind has an option of `ask` and a function that turns its value into a `Rich`: what the payload says of it (JSON, in
the checkpoint), what stays in the kernel (`asking/live.py`), and the type of the answer, where the kind decides that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..asking.live import MARK
from .kind import Rich

KINDS = ("images", "choices", "rank", "rows")
"""The options that bring a kind."""


def _kind(option: str) -> Callable[[Any, Mapping[str, Any]], Rich]:
    """What makes a kind of the type that was asked for and all options. Loaded with the first question of that kind."""
    match option:
        case "images":
            from .images import with_images

            return with_images
        case "rows":
            from .rows import with_rows

            return with_rows
        case _:
            from .image_choices import with_image_choices

            return with_image_choices(option)


def rich(type_: Any, options: Mapping[str, Any]) -> Rich:
    """What the rich options of a question add to it.

    Args:
        type_: the type that was asked for; `MISSING` for none.
        options: all options of the question.

    Raises:
        TypeError: an option's value cannot be shown, or two kinds want to decide the type of the answer.
    """
    kinds = {name: _kind(name)(type_, options) for name in KINDS if options.get(name) is not None}
    deciding = [name for name, kind in kinds.items() if kind.response_type is not None]
    if len(deciding) > 1:
        raise TypeError(f"{' and '.join(f'{name}=' for name in deciding)} do not go together: each decides the answer.")
    things = {name: thing for kind in kinds.values() for name, thing in kind.things.items()}
    payload = {name: said for kind in kinds.values() for name, said in kind.payload.items()}
    if things:
        payload[MARK] = sorted(things)
    plain = {name: value for kind in kinds.values() for name, value in kind.options.items()}
    read = next((kind.read for kind in kinds.values() if kind.read is not None), None)
    return Rich(payload, things, kinds[deciding[0]].response_type if deciding else None, plain, read)
