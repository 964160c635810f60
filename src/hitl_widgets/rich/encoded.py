"""Encoded pictures: what kind of file the bytes are, and how large the picture in them is. Pure, no imaging library."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

Size = tuple[int, int]
"""Width and height, as the picture is seen: a photo that is to be turned is turned."""


@dataclass(frozen=True)
class Encoded:
    """A picture as a file.

    Attributes:
        data: the file.
        mime: what it is, `image/png`.
        size: its width and height in pixels, if they are said.
        density: how many of its pixels make one of the page.
    """

    data: bytes
    mime: str
    size: Size | None = None
    density: float = 1.0

    @property
    def shown_size(self) -> Size | None:
        """Its width and height on the page, in CSS px."""
        if self.size is None:
            return None
        width, height = self.size
        return max(1, round(width / self.density)), max(1, round(height / self.density))


def read(data: bytes) -> Encoded | None:
    """The picture in a file, or `None` if it is none that browsers show (PNG, JPEG, GIF, WebP, AVIF, SVG).

    >>> read(b"GIF89a" + bytes([7, 0, 5, 0])).size
    (7, 5)
    """
    for mime, is_one, size_of in _KINDS:
        if is_one(data):
            try:
                size = size_of(data)
            except (struct.error, IndexError, ValueError):  # cut off: the browser will say so
                size = None
            return Encoded(data, mime, size if size is not None and min(size) > 0 else None)
    return None


def is_animated(encoded: Encoded) -> bool:
    """Whether it has several frames, of which scaling would leave one."""
    match encoded.mime:
        case "image/gif":
            return b"NETSCAPE2.0" in encoded.data[:2048] or encoded.data.count(b"\x21\xf9\x04") > 1
        case "image/webp":
            return b"ANIM" in encoded.data[:64]
        case "image/png":
            return b"acTL" in encoded.data[:2048]
        case _:
            return False


def _png(data: bytes) -> Size:
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _gif(data: bytes) -> Size:
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _webp(data: bytes) -> Size | None:
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = struct.unpack("<HH", data[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case _:
            return None


def _avif(data: bytes) -> Size | None:
    at = data.find(b"ispe")  # the image's spatial extents; the first is the whole picture's
    if at < 0:
        return None
    width, height = struct.unpack(">II", data[at + 8 : at + 16])
    return width, height


_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of a JPEG that say how large it is."""
_TURNED = frozenset({5, 6, 7, 8})
"""The values of Exif's `Orientation` that exchange width and height."""


def _jpeg(data: bytes) -> Size | None:
    at, turned = 2, False
    while data[at] == 0xFF:
        marker = data[at + 1]
        [length] = struct.unpack(">H", data[at + 2 : at + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return (height, width) if turned else (width, height)
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            turned = _exif_orientation(data[at + 10 : at + 2 + length]) in _TURNED
        at += 2 + length
    return None


def _exif_orientation(tiff: bytes) -> int:
    order = "<" if tiff.startswith(b"II") else ">"
    [first] = struct.unpack(f"{order}I", tiff[4:8])
    [count] = struct.unpack(f"{order}H", tiff[first : first + 2])
    for entry in range(first + 2, first + 2 + 12 * count, 12):
        tag, _kind, _count, value = struct.unpack(f"{order}HHIH", tiff[entry : entry + 10])
        if tag == 0x0112:
            return value
    return 1


_ROOT = re.compile(rb"<svg\b[^>]*>", re.IGNORECASE)
_SVG_START = re.compile(rb"(\xef\xbb\xbf)?\s*<(svg\b|\?xml|!--|!doctype svg)", re.IGNORECASE)


def _is_svg(data: bytes) -> bool:
    return _SVG_START.match(data[:200]) is not None and _ROOT.search(data[:8192]) is not None


def _svg(data: bytes) -> Size | None:
    root = _ROOT.search(data[:8192])
    if root is None:
        return None
    said = [_svg_length(root[0], name) for name in (b"width", b"height")]
    if said[0] is not None and said[1] is not None:
        return said[0], said[1]
    box = re.search(rb"""\bviewBox\s*=\s*["']([^"']+)["']""", root[0], re.IGNORECASE)
    if box is None:
        return None
    _x, _y, width, height = (float(part) for part in box[1].replace(b",", b" ").split())
    return round(width), round(height)


def _svg_length(root: bytes, name: bytes) -> int | None:
    found = re.search(rb"""\s%b\s*=\s*["']\s*([\d.]+)\s*(px|pt)?\s*["']""" % name, root)
    return None if found is None else round(float(found[1]) * (4 / 3 if found[2] == b"pt" else 1))


_KINDS: tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], Size | None]], ...] = (
    ("image/png", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    ("image/jpeg", lambda data: data.startswith(b"\xff\xd8\xff"), _jpeg),
    ("image/gif", lambda data: data.startswith((b"GIF87a", b"GIF89a")), _gif),
    ("image/webp", lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP", _webp),
    ("image/avif", lambda data: data[4:12] in (b"ftypavif", b"ftypavis"), _avif),
    # It runs nothing and loads nothing where it is drawn: in an <img>.
    ("image/svg+xml", _is_svg, _svg),
)
