"""Pictures beside a question, and how they travel to the browser."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from ..asking.live import Made
from .kind import Rich
from .pictures import check_picture, encoded
from .scaling import check_all


@dataclass(frozen=True)
class Image:
    """A picture as the browser gets it.

    Attributes:
        data: the encoded file.
        mime: what it is, `image/png`.
        alt: what it shows, for those who do not see it.
        caption: what stands under it.
        size: its width and height on the page, in CSS px, if they are known.
    """

    data: bytes
    mime: str
    alt: str
    caption: str | None = None
    size: tuple[int, int] | None = None

    @cached_property
    def asset(self) -> str:
        """The name under which the browser finds it: the same picture travels once."""
        return hashlib.sha256(self.data).hexdigest()[:16]

    @property
    def url(self) -> str:
        """The picture as a `data:` URL."""
        return f"data:{self.mime};base64,{base64.b64encode(self.data).decode('ascii')}"


def with_images(_type: Any, options: Mapping[str, Any]) -> Rich:
    """Pictures are shown beside the question, whatever is asked.

    Raises:
        TypeError: one is none that can be shown.
        FileNotFoundError: one is a path, and there is no such file.
    """
    captioned = _captioned(options["images"])
    for picture, _ in captioned:
        check_picture(picture, "images=")

    def make() -> list[Image]:
        count = len(captioned)
        shown = [
            image_of(picture, caption or ("Image" if count == 1 else f"Image {at} of {count}"), caption)
            for at, (picture, caption) in enumerate(captioned, 1)
        ]
        check_all([image.data for image in shown])
        return shown

    return Rich(things={"images": Made(make)}) if captioned else Rich()


def image_of(picture: Any, alt: str, caption: str | None = None) -> Image:
    """A picture as the browser gets it.

    Raises:
        TypeError: it is none that can be shown, or is too large.
        OSError: its file cannot be read.
    """
    file = encoded(picture)
    return Image(file.data, file.mime, alt, caption, file.shown_size)


def _captioned(given: Any) -> list[tuple[Any, str | None]]:
    """The pictures of `images=`, each with its caption: one, a list, or a dict by caption."""
    if isinstance(given, Mapping):
        return [(picture, str(caption)) for caption, picture in cast("Mapping[Any, Any]", given).items()]
    if isinstance(given, list | tuple):
        return [(picture, None) for picture in cast("list[Any]", given)]
    return [(given, None)]
