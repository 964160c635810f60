"""Pictures among values, small enough to be sent along."""

from __future__ import annotations

import base64
import binascii
import io
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from ..protocol import ImageValue
from ..rich.encoded import Encoded, read
from ..rich.pictures import encoded
from ..rich.scaling import pillow
from .parts import type_name


class Bounds(NamedTuple):
    """How large a picture may be.

    Attributes:
        pixels: of its longer side.
        size: of its file, in bytes.
    """

    pixels: int
    size: int


SMALL = Bounds(480, 40_000)
"""Among other values."""
LARGE = Bounds(1600, 600_000)
"""When somebody wants to see it."""
_LARGEST_SOURCE = 30_000_000
"""Bytes of a file that are looked at."""


def is_picture(value: Any) -> bool:
    """Whether a value is a picture: a file's bytes, PIL, matplotlib, an array of pixels, the block of a message."""
    if isinstance(value, bytes | bytearray):
        return read(bytes(value[:8192])) is not None
    if isinstance(value, Mapping):
        return _in_block(cast("Mapping[str, Any]", value)) is not None
    return _is_instance(value, "PIL.Image", "Image") or _is_figure(value) or _is_pixels(value)


def image_value(value: Any, bounds: Bounds) -> ImageValue | None:
    """A picture within bounds; `None` if it cannot be brought there."""
    block = _in_block(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else None
    source = block if block is not None else value
    if isinstance(source, bytes | bytearray) and len(source) > _LARGEST_SOURCE:
        return None
    picture = encoded(source)
    shown = picture if len(picture.data) <= bounds.size else _scaled(picture, bounds)
    if shown is None:
        return None
    width, height = picture.shown_size or (None, None)
    return {
        "kind": "image",
        "type": "image" if block is not None else type_name(value),
        "url": f"data:{shown.mime};base64,{base64.b64encode(shown.data).decode('ascii')}",
        "width": width,
        "height": height,
    }


def _scaled(picture: Encoded, bounds: Bounds) -> Encoded | None:
    if picture.mime == "image/svg+xml" or (library := pillow()) is None:
        return None
    with library.open(io.BytesIO(picture.data)) as opened:
        image = opened.convert("RGBA" if "A" in opened.getbands() or "transparency" in opened.info else "RGB")
    pixels = bounds.pixels
    while pixels >= 60:
        image.thumbnail((pixels, pixels))
        file = io.BytesIO()
        # Small, and with what is transparent; all browsers that run JupyterLab 4 show it.
        image.save(file, "WEBP", quality=80)
        if file.tell() <= bounds.size:
            return Encoded(file.getvalue(), "image/webp", image.size)
        pixels = pixels * 2 // 3
    return None


def _in_block(block: Mapping[str, Any]) -> bytes | None:
    """The picture in a block of a message's content, as LangChain and the makers of models write them."""
    match block:
        case {"type": "image", "base64": str(data)}:
            return _decoded(data)
        case {"type": "image", "source_type": "base64", "data": str(data)}:
            return _decoded(data)
        case {"type": "image", "source": {"type": "base64", "data": str(data)}}:
            return _decoded(data)
        case {"type": "image_url", "image_url": {"url": str(url)} | str(url)} if url.startswith("data:image/"):
            return _decoded(url.partition(",")[2])
        case _:
            return None


def _decoded(data: str) -> bytes | None:
    if len(data) > _LARGEST_SOURCE:
        return None
    try:
        found = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if read(found[:8192]) is not None else None


def _is_instance(value: Any, module: str, name: str) -> bool:
    # What is not imported cannot be one of its objects.
    library = sys.modules.get(module)
    return library is not None and isinstance(value, getattr(library, name))


def _is_figure(value: Any) -> bool:
    return _is_instance(value, "matplotlib.figure", "Figure")


def _is_pixels(value: Any) -> bool:
    """Height × width × 3 or 4 as bytes; what else an array has are numbers to be read."""
    if not _is_instance(value, "numpy", "ndarray"):
        return False
    shape = value.shape
    return len(shape) == 3 and shape[2] in {3, 4} and min(shape[:2]) >= 8 and str(value.dtype) == "uint8"
