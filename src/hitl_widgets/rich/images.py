"""Pictures beside a question: what they may be, and how they travel to the browser."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .kind import Rich

_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


@dataclass(frozen=True)
class Image:
    """A picture as the browser gets it.

    Attributes:
        data: the encoded file.
        mime: what it is, `image/png`.
        alt: what it shows, for those who do not see it.
        caption: what stands under it.
    """

    data: bytes
    mime: str
    alt: str
    caption: str | None = None

    @property
    def asset(self) -> str:
        """The name under which the browser finds it: the same picture travels once."""
        return hashlib.sha256(self.data).hexdigest()[:16]

    @property
    def url(self) -> str:
        """The picture as a `data:` URL."""
        return f"data:{self.mime};base64,{base64.b64encode(self.data).decode('ascii')}"


def with_images(_type: Any, options: Mapping[str, Any]) -> Rich:
    """Pictures are shown beside the question, whatever is asked."""
    given = options["images"]
    shown = [image_of(one, f"Image {at}") for at, one in enumerate(given, 1)]
    return Rich(things={"images": shown})


def image_of(picture: Any, alt: str) -> Image:
    """A picture as the browser gets it.

    Raises:
        TypeError: it is none that can be shown.
    """
    if isinstance(picture, bytes):
        mime = next((mime for start, mime in _SIGNATURES.items() if picture.startswith(start)), None)
        if mime is not None:
            return Image(picture, mime, alt)
    raise TypeError(f"{picture!r} is no picture that can be shown.")
