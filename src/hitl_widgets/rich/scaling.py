"""How large a picture may be on its way to the browser, and how one that is larger is made to fit, with Pillow."""

from __future__ import annotations

import io
import math
from typing import Any

from .encoded import Encoded, is_animated

MOST_PIXELS = 2048
"""Of the longer side; what is larger is scaled down where Pillow is installed."""
MOST_BYTES = 2_000_000
"""The same for the file."""
LIMIT = 10_000_000
"""Bytes of a picture that cannot be scaled down: without Pillow, animated, or an SVG."""
LIMIT_OF_ALL = 30_000_000
"""Bytes of all pictures of a question."""

_JPEG_QUALITY = 88
_SMALLEST = 64


def pillow() -> Any:
    """`PIL.Image`, or `None` where Pillow is not installed: nothing here depends on it."""
    try:
        from PIL import Image
    except ImportError:
        return None
    return Image


def fitting(encoded: Encoded) -> Encoded:
    """The picture within the bounds.

    Raises:
        TypeError: it is over the limit, and cannot be scaled down.
    """
    is_large = len(encoded.data) > MOST_BYTES or max(encoded.size or (0,)) > MOST_PIXELS
    if is_large and encoded.mime != "image/svg+xml" and not is_animated(encoded) and (library := pillow()) is not None:
        encoded = _scaled(encoded, library)
    if len(encoded.data) > LIMIT:
        raise TypeError(
            f"This {encoded.mime} has {_megabytes(len(encoded.data))}, and at most {_megabytes(LIMIT)} are shown: "
            "make it smaller, or install Pillow, which scales PNG and JPEG down."
        )
    return encoded


def check_all(data: list[bytes]) -> None:
    """Whether the pictures of a question are within the limit together.

    Raises:
        TypeError: they are not.
    """
    total = sum(map(len, data))
    if total > LIMIT_OF_ALL:
        raise TypeError(
            f"The {len(data)} pictures of this question have {_megabytes(total)} together, and at most "
            f"{_megabytes(LIMIT_OF_ALL)} are shown: show fewer, or smaller ones."
        )


def of_pillow(image: Any) -> Encoded:
    """A `PIL.Image.Image` as a file within the bounds: PNG, or JPEG where that is too large and nothing is transparent.

    The image itself is not changed.
    """
    image = _upright(image)
    if max(image.size) > MOST_PIXELS:
        image = _smaller(image, MOST_PIXELS / max(image.size))
    while True:
        encoded = _png(image)
        if len(encoded.data) > MOST_BYTES and not _is_transparent(image):
            encoded = _jpeg(image)
        if len(encoded.data) <= MOST_BYTES or max(image.size) <= _SMALLEST:
            return encoded
        # A little below what would fit if the bytes went with the pixels; at once, since encoding takes its time.
        image = _smaller(image, min(0.9, 0.95 * math.sqrt(MOST_BYTES / len(encoded.data))))


def _scaled(encoded: Encoded, library: Any) -> Encoded:
    try:
        with library.open(io.BytesIO(encoded.data)) as image:
            scaled = of_pillow(image)
    except Exception:  # noqa: BLE001  (what Pillow cannot read, or will not: a format it has no decoder for, a bomb)
        return encoded
    if encoded.size is None or scaled.size is None:
        return scaled
    density = encoded.density * max(scaled.size) / max(encoded.size)
    return Encoded(scaled.data, scaled.mime, scaled.size, max(1.0, density))


def _upright(image: Any) -> Any:
    """As it is to be seen: a camera only notes down how it was held."""
    if not image.getexif():
        return image
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


def _smaller(image: Any, factor: float) -> Any:
    if image.mode in {"P", "PA"}:
        image = image.convert("RGBA" if _is_transparent(image) else "RGB")
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode.startswith("I;16"):
        image = image.convert("I")  # Pillow scales it with more than the nearest pixel only so
    return image.resize([max(1, round(side * factor)) for side in image.size], resample=1)  # Lanczos


def _png(image: Any) -> Encoded:
    file = io.BytesIO()
    if image.mode == "F":
        image = image.convert("L")
    elif image.mode.startswith("I"):
        image = image.convert("I").convert("I;16")  # all that a PNG takes (Pillow 13)
    elif image.mode not in {"1", "L", "LA", "P", "RGB", "RGBA"}:
        image = image.convert("RGBA" if _is_transparent(image) else "RGB")
    image.save(file, "PNG")
    return Encoded(file.getvalue(), "image/png", image.size)


def _jpeg(image: Any) -> Encoded:
    file = io.BytesIO()
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")  # 16 bits a pixel
    elif image.mode != "L":
        image = image.convert("RGB")
    image.save(file, "JPEG", quality=_JPEG_QUALITY)
    return Encoded(file.getvalue(), "image/jpeg", image.size)


def _is_transparent(image: Any) -> bool:
    return image.mode.endswith(("A", "a")) or "transparency" in image.info


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"
