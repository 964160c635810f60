"""What a picture may be in Python, and how it becomes a file that a browser shows.

Nothing is imported here that the user has not imported already: what is not in `sys.modules` cannot be one of its
objects.
"""

from __future__ import annotations

import base64
import binascii
import io
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from .encoded import Encoded, read
from .scaling import MOST_PIXELS, fitting, of_pillow, pillow

KINDS = (
    "the path of a file, the bytes of one (PNG, JPEG, GIF, WebP, AVIF, SVG), a PIL image, a matplotlib figure, "
    "a numpy array, or anything that IPython displays as a picture"
)
_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})
_FIGURE_DENSITY = 2.0
"""A figure is drawn with more pixels than it is shown with: its letters are sharp on any screen."""


def is_picture(value: Any) -> bool:
    """Whether a value among others is meant as a picture; a text never is, nor the path of a file yet to be written."""
    if isinstance(value, str | type):
        return False
    if isinstance(value, Path):
        return value.suffix.lower() in _SUFFIXES and value.expanduser().is_file()
    if isinstance(value, bytes | bytearray | memoryview):
        return read(bytes(value)) is not None
    return _is_pillow(value) or _figure(value) is not None or _is_array(value) or bool(_representations(value))


def check_picture(value: Any, name: str) -> None:
    """Whether a value may be a picture, as far as that is known without making one of it.

    Args:
        value: what was given.
        name: where, for the message: `images=`.

    Raises:
        TypeError: it is none.
        FileNotFoundError: it is a path, and there is no such file.
    """
    if isinstance(value, str) and _is_svg_text(value):
        return
    if isinstance(value, str) and value.startswith(("http:", "https:", "data:")):
        raise TypeError(f"{name} shows no addresses ({value[:60]!r}): give it the bytes that are there.")
    if isinstance(value, str | Path):
        path = Path(value).expanduser()
        if not path.is_file():
            raise FileNotFoundError(f"{name} has {str(value)!r}, but there is no such file in {Path.cwd()}.")
        return
    if not is_picture(value):
        raise TypeError(f"{name} has {_named(value)}, which is no picture. A picture is {KINDS}.")


def encoded(value: Any) -> Encoded:
    """A picture as a file within the bounds of `scaling`.

    Raises:
        TypeError: it is none, or is too large.
        OSError: its file cannot be read.
    """
    if isinstance(value, str) and _is_svg_text(value):
        return fitting(_of_bytes(value.encode(), value))
    if isinstance(value, str | Path):
        path = Path(value).expanduser()
        return fitting(_of_bytes(path.read_bytes(), path))
    if isinstance(value, bytes | bytearray | memoryview):
        return fitting(_of_bytes(bytes(value), value))
    if _is_pillow(value):
        return of_pillow(value)
    if (figure := _figure(value)) is not None:
        return fitting(_of_figure(figure))
    if _is_array(value):
        return _of_array(value)
    return fitting(_of_displayed(value))


def _of_bytes(data: bytes, given: Any) -> Encoded:
    if (found := read(data)) is None:
        raise TypeError(
            f"{_named(given)} is no PNG, JPEG, GIF, WebP, AVIF or SVG, which is what browsers show. "
            "Open it with PIL.Image.open(...) and pass what you get."
        )
    return found


def _named(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return f"a file of {len(value)} bytes that begins with {bytes(value[:8])!r}"
    if isinstance(value, Path):
        return str(value)
    text = repr(value)
    return f"{text if len(text) <= 80 else text[:80] + '…'} (a {type(value).__name__})"


def _is_svg_text(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n").startswith("<") and read(text.encode(errors="replace")) is not None


# ---------------------------------------------------------------- Pillow


def _is_pillow(value: Any) -> bool:
    library = sys.modules.get("PIL.Image")
    return library is not None and isinstance(value, library.Image)


# ---------------------------------------------------------------- matplotlib


def _figure(value: Any) -> Any:
    """The matplotlib figure that a value is or belongs to: a figure, axes, what seaborn draws its figures with."""
    library = sys.modules.get("matplotlib.figure")
    if library is None:
        return None
    part = value
    for _ in range(3):  # axes may be in a part of a figure
        if isinstance(part, library.Figure):
            return part
        part = getattr(part, "figure", None)
    return None


def _of_figure(figure: Any) -> Encoded:
    # Its own `savefig` knows nothing of pyplot, and puts its canvas and resolution back as they were (matplotlib 3.11).
    inches = max(*figure.get_size_inches(), 0.1)
    density = min(_FIGURE_DENSITY, MOST_PIXELS / (inches * figure.dpi))
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=figure.dpi * density, bbox_inches="tight")
    drawn = _of_bytes(file.getvalue(), figure)
    return Encoded(drawn.data, drawn.mime, drawn.size, density)


# ---------------------------------------------------------------- numpy


def _is_array(value: Any) -> bool:
    library = sys.modules.get("numpy")
    return library is not None and isinstance(value, library.ndarray) and value.ndim in {2, 3}


def _of_array(array: Any) -> Encoded:
    """Height × width, grey or with 3 or 4 channels; 0 to 255, or 0 to 1 as floats."""
    if (library := pillow()) is None:
        raise TypeError("Pillow is needed to show an array as a picture: pip install pillow.")
    channels = array.shape[2] if array.ndim == 3 else 1
    if channels not in {1, 3, 4} or 0 in array.shape:
        raise TypeError(f"An array of the shape {array.shape} is no picture: height × width, or that × 3 or 4.")
    values = array.reshape(array.shape[:2]) if channels == 1 else array
    return of_pillow(library.fromarray(_as_bytes(values)))


def _as_bytes(values: Any) -> Any:
    kind = values.dtype.kind
    if kind == "b":
        return values.astype("uint8") * 255
    if kind not in {"u", "i", "f"}:
        raise TypeError(f"An array of {values.dtype} is no picture: its values are 0 to 255, or 0 to 1 as floats.")
    if values.dtype == "uint8":
        return values
    numpy = sys.modules["numpy"]
    most = 1 if kind == "f" else 255
    known = numpy.nan_to_num(values, nan=0.0) if kind == "f" else values
    low, high = known.min(), known.max()
    # A float's rounding is not a mistake of who computed it.
    if low < -1e-6 or high > most + 1e-6:
        raise TypeError(
            f"An array of {values.dtype} with values from {low:g} to {high:g} is no picture: they are 0 to 255, "
            "or 0 to 1 as floats."
        )
    return (known.clip(0, 1) * 255).round().astype("uint8") if kind == "f" else known.astype("uint8")


# ---------------------------------------------------------------- whatever IPython displays as a picture

_METHODS = {"_repr_png_": "image/png", "_repr_jpeg_": "image/jpeg", "_repr_svg_": "image/svg+xml"}
_BUNDLE = "_repr_mimebundle_"
_SHOWN = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml")


def _representations(value: Any) -> list[str]:
    # Asked of the class: an object may make up any attribute (`__getattr__`).
    return [name for name in (*_METHODS, _BUNDLE) if callable(getattr(type(value), name, None))]


def _of_displayed(value: Any) -> Encoded:
    offered: dict[str, Any] = {}
    for name in _representations(value):
        method = cast("Callable[[], Any]", getattr(value, name))
        said = method()
        # IPython allows metadata beside the data.
        data: Any = said[0] if isinstance(said, tuple) else said
        if name != _BUNDLE:
            offered.setdefault(_METHODS[name], data)
        elif isinstance(data, Mapping):
            for mime, part in cast("Mapping[str, Any]", data).items():
                offered.setdefault(mime, part)
    for mime in _SHOWN:
        if (data := offered.get(mime)) is not None:
            return _of_bytes(_as_file(mime, data), value)
    names = ", ".join(mime for mime, data in offered.items() if data is not None) or "nothing"
    raise TypeError(f"{_named(value)} displays as {names}, not as a picture: render it, and pass the PNG's bytes.")


def _as_file(mime: str, data: Any) -> bytes:
    if isinstance(data, bytes):
        return data
    if mime == "image/svg+xml":
        return str(data).encode()
    try:
        return base64.b64decode(data)  # as a mime bundle has it
    except (binascii.Error, TypeError, ValueError):
        return b""
