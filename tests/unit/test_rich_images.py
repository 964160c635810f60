"""Pictures beside a question, of every kind that Python has, made with the real libraries."""

from __future__ import annotations

import base64
import gc
import io
import json
import re
import sys
import weakref
from pathlib import Path
from typing import Any

import IPython.display
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from matplotlib.figure import Figure

import hitl_widgets as hitl
from hitl_widgets.rich import scaling
from hitl_widgets.rich.encoded import read
from hitl_widgets.rich.images import Image

from ..waiting import until
from .rich_pictures import PNG
from .test_rich import asked, graph_of

mpl.use("Agg")

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><circle r="5"/></svg>'


def photo(width: int = 60, height: int = 40, mode: str = "RGB") -> PIL.Image.Image:
    return PIL.Image.new(mode, (width, height), 128 if len(mode) == 1 or mode == "I;16" else "steelblue")


def noise(width: int, height: int, channels: int = 3) -> PIL.Image.Image:
    """What no encoder makes small."""
    values = np.random.default_rng(1).integers(0, 256, (height, width, channels), dtype="uint8")
    return PIL.Image.fromarray(values)


def saved(image: PIL.Image.Image, format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def figure() -> Figure:
    drawn = Figure(figsize=(4, 3), dpi=100)
    drawn.subplots().plot([1, 3, 2])
    return drawn


def shown(images: Any, **more: Any) -> list[Image]:
    """What a session has of the pictures of a question."""
    session = hitl.run(graph_of(lambda: hitl.ask("What is this?", images=images, **more)), {})
    return asked(session).live["images"]


def opened(image: Image) -> PIL.Image.Image:
    return PIL.Image.open(io.BytesIO(image.data))


class Chart:
    """As altair and others display themselves, once they can make a PNG."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return {"text/plain": "a chart", "image/png": base64.b64encode(PNG).decode()}, {"image/png": {"width": 1}}


class Drawing:
    def _repr_svg_(self) -> str:
        return SVG


EVERY_KIND = {
    "a PNG": (lambda: PNG, "image/png", (1, 1)),
    "a bytearray": (lambda: bytearray(PNG), "image/png", (1, 1)),
    "a JPEG": (lambda: saved(photo(), "JPEG"), "image/jpeg", (60, 40)),
    "a GIF": (lambda: saved(photo(), "GIF"), "image/gif", (60, 40)),
    "a WebP": (lambda: saved(photo(), "WEBP"), "image/webp", (60, 40)),
    "a lossless WebP": (lambda: saved(photo(), "WEBP", lossless=True), "image/webp", (60, 40)),
    "a transparent WebP": (lambda: saved(photo(mode="RGBA").resize((60, 40)), "WEBP", exif=b"Exif\0\0"), "image/webp", (60, 40)),
    "an AVIF": (lambda: saved(photo(), "AVIF"), "image/avif", (60, 40)),
    "an SVG's text": (lambda: SVG, "image/svg+xml", (30, 20)),
    "an SVG's bytes": (lambda: b'<?xml version="1.0"?>\n' + SVG.encode(), "image/svg+xml", (30, 20)),
    "a PIL image": (photo, "image/png", (60, 40)),
    "a grey PIL image": (lambda: photo(mode="L"), "image/png", (60, 40)),
    "a PIL image of two colours": (lambda: photo(mode="1"), "image/png", (60, 40)),
    "a PIL image with a palette": (lambda: photo().convert("P"), "image/png", (60, 40)),
    "a PIL image in print colours": (lambda: photo().convert("CMYK"), "image/png", (60, 40)),
    "a PIL image of floats": (lambda: photo(mode="F"), "image/png", (60, 40)),
    "a PIL image of 16 bits": (lambda: PIL.Image.fromarray(np.ones((40, 60), "uint16")), "image/png", (60, 40)),
    "bytes in an array": (lambda: np.zeros((40, 60, 3), "uint8"), "image/png", (60, 40)),
    "floats in an array": (lambda: np.random.default_rng(1).random((40, 60)), "image/png", (60, 40)),
    "an array with alpha": (lambda: np.ones((40, 60, 4)), "image/png", (60, 40)),
    "an array of one channel": (lambda: np.ones((40, 60, 1)), "image/png", (60, 40)),
    "a mask": (lambda: np.eye(40, 60, dtype=bool), "image/png", (60, 40)),
    "an IPython image": (lambda: IPython.display.Image(data=PNG), "image/png", (1, 1)),
    "an IPython JPEG": (lambda: IPython.display.Image(data=saved(photo(), "JPEG")), "image/jpeg", (60, 40)),
    "an IPython SVG": (lambda: IPython.display.SVG(data=SVG), "image/svg+xml", (30, 20)),
    "what displays as a PNG": (Chart, "image/png", (1, 1)),
    "what displays as an SVG": (Drawing, "image/svg+xml", (30, 20)),
}  # fmt: skip


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_of_picture_is_shown_in_its_size(kind: str) -> None:
    make, mime, size = EVERY_KIND[kind]
    [image] = shown(make())
    assert (image.mime, image.size, image.caption, image.alt) == (mime, size, None, "Image")
    assert image.url.startswith(f"data:{mime};base64,")
    if mime != "image/svg+xml":
        assert opened(image).size == size


@pytest.mark.parametrize("as_text", [False, True])
def test_a_path_is_read(tmp_path: Path, as_text: bool) -> None:
    path = tmp_path / "a b.jpg"
    photo().save(path)
    [image] = shown(str(path) if as_text else path)
    assert (image.mime, image.size) == ("image/jpeg", (60, 40))


def test_pictures_have_captions_or_say_which_they_are() -> None:
    assert [(image.alt, image.caption) for image in shown({"Before": PNG, "After": photo()})] == [
        ("Before", "Before"),
        ("After", "After"),
    ]
    assert [(image.alt, image.caption) for image in shown([PNG, photo()])] == [
        ("Image 1 of 2", None),
        ("Image 2 of 2", None),
    ]


def test_a_figure_is_drawn_twice_as_fine_as_it_is_shown_and_is_left_as_it_was() -> None:
    drawn = figure()
    canvas = drawn.canvas
    [image] = shown(drawn)
    width, height = opened(image).size
    assert image.size == (round(width / 2), round(height / 2))
    assert 300 < image.size[0] <= 420
    assert (drawn.dpi, drawn.canvas) == (100, canvas)


def test_axes_stand_for_their_figure_and_pyplot_does_not_notice() -> None:
    drawn, axes = plt.subplots(1, 2)
    try:
        before = plt.get_fignums(), plt.gcf()
        [image] = shown(axes[1])
        assert image == shown(drawn)[0]
        assert (plt.get_fignums(), plt.gcf()) == before
    finally:
        plt.close(drawn)
    part = Figure().subfigures(1, 2)[0]
    assert shown(part.subplots())[0].mime == "image/png"


def test_a_large_figure_keeps_within_the_bounds() -> None:
    [image] = shown(Figure(figsize=(30, 2), dpi=100))
    assert max(opened(image).size) <= 2048
    assert image.size[0] == pytest.approx(2048, abs=10)


@pytest.mark.parametrize(
    ("picture", "size"),
    [
        (lambda: photo(4096, 1024), (2048, 512)),
        (lambda: saved(photo(4096, 1024), "PNG"), (2048, 512)),
        (lambda: saved(photo(1024, 4096), "JPEG"), (512, 2048)),
        (lambda: photo(4096, 1024, "I;16"), (2048, 512)),
        (lambda: photo(4096, 1024).convert("P"), (2048, 512)),
        (lambda: np.zeros((1024, 4096), "uint8"), (2048, 512)),
    ],
)
def test_a_picture_with_too_many_pixels_is_scaled_down(picture: Any, size: tuple[int, int]) -> None:
    [image] = shown(picture())
    assert opened(image).size == size


@pytest.mark.parametrize(("channels", "mime"), [(3, "image/jpeg"), (4, "image/png")])
def test_a_picture_with_too_many_bytes_becomes_smaller(channels: int, mime: str) -> None:
    picture = noise(2000, 1500, channels)
    before = picture.size
    [image] = shown(picture)
    assert image.mime == mime
    assert len(image.data) <= scaling.MOST_BYTES
    assert picture.size == before
    [image] = shown(saved(picture, "PNG"))
    assert len(image.data) <= scaling.MOST_BYTES


def test_a_photo_that_was_taken_sideways_has_the_size_that_it_is_seen_in() -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    sideways = saved(photo(), "JPEG", exif=exif)
    assert shown(sideways)[0].size == (40, 60)
    assert shown(PIL.Image.open(io.BytesIO(sideways)))[0].size == (40, 60)


def test_an_animation_stays_one() -> None:
    frames = [noise(2100, 40).quantize(8) for _ in range(3)]
    data = saved(frames[0], "GIF", save_all=True, append_images=[photo(2100, 40), frames[2]])
    [image] = shown(data)
    assert image.data == data


def test_what_cannot_be_scaled_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    large, small = saved(noise(2000, 1800), "PNG"), saved(noise(900, 900), "PNG")
    assert len(large) > scaling.LIMIT
    monkeypatch.setitem(sys.modules, "PIL", None)  # as where Pillow is not installed
    with pytest.raises(TypeError, match=r"This image/png has 1\d\.\d MB, and at most 10\.0 MB are shown"):
        fails(large)
    assert scaling.MOST_BYTES < len(small) < scaling.LIMIT
    assert shown(small)[0].data == small
    with pytest.raises(TypeError, match="Pillow is needed"):
        fails(np.zeros((2, 2)))


def test_the_pictures_of_a_question_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "LIMIT_OF_ALL", 100)
    with pytest.raises(TypeError, match=r"The 2 pictures of this question have 0\.0 MB together"):
        fails([PNG, PNG])


def fails(images: Any) -> None:
    hitl.run(graph_of(lambda: hitl.ask("What is this?", images=images)), {}).wait(60)


@pytest.mark.parametrize(
    ("images", "error", "said"),
    [
        (3, TypeError, r"images= has 3 \(a int\), which is no picture. A picture is the path of a file"),
        ([PNG, None], TypeError, "images= has None"),
        (b"%PDF-1.7", TypeError, "a file of 8 bytes that begins with"),
        ("https://example.org/cat.png", TypeError, "images= shows no addresses"),
        ("cat.png", FileNotFoundError, r"images= has 'cat.png', but there is no such file in /"),
        (Path(__file__), TypeError, r"test_rich_images.py is no PNG, JPEG"),
        (np.array([[0.0, 7.0]]), TypeError, "with values from 0 to 7 is no picture"),
        (np.array([[1, 256]]), TypeError, "with values from 1 to 256 is no picture"),
        (np.array([["a"]]), TypeError, "An array of <U1 is no picture"),
        (np.zeros((2, 2, 2)), TypeError, r"An array of the shape \(2, 2, 2\) is no picture"),
        (np.zeros(3), TypeError, "which is no picture"),
        (IPython.display.Image(url="http://example.org/a.png"), TypeError, "displays as text/html, not as a picture"),
        (PIL.Image.Image, TypeError, "which is no picture"),
    ],
)
def test_what_is_no_picture_is_said_where_it_is_asked(images: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said) as raised:
        fails(images)
    assert raised.value.__context__ is None or raised.value.__suppress_context__


def test_a_figure_is_not_drawn_again_when_the_node_has_its_answer() -> None:
    drawn: list[int] = []

    class Slow:
        def _repr_png_(self) -> bytes:
            drawn.append(1)
            return PNG

    session = hitl.run(graph_of(lambda: hitl.ask("What is this?", images=Slow())), {})
    asked(session)
    session.answer("slow")
    assert session.wait(60)["answer"] == "slow"
    assert drawn == [1]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_picture_is_in_no_checkpoint_and_is_let_go_with_its_answer(is_async: bool) -> None:
    saver, pictures = InMemorySaver(), []

    def ask() -> str:
        picture = photo(123, 45)
        pictures.append(weakref.ref(picture))
        return hitl.ask("Which?", choices={"cat": picture}, images={"Look": picture}).info.get("name", "cat")

    async def ask_async() -> str:
        return ask()

    session = hitl.run(graph_of(ask_async if is_async else ask, saver=saver, is_async=is_async), {}, thread_id="t")
    request = asked(session)
    assert request.payload == {"type": "hitl.ask", "question": "Which?", "live": ["choices", "images"]}
    data = request.live["images"][0].data
    widget = session._display.widget
    assert len(widget.assets) == 1  # the same picture, sent once
    kept = [repr(one) for one in (*saver.list({"configurable": {"thread_id": "t"}}), saver.blobs, saver.writes)]
    assert "hitl.ask" in "".join(kept)
    # As it would be if it were there: in bytes, in base64, or as the object itself.
    traces = (repr(data[40:60])[2:-1], base64.b64encode(data)[:40].decode(), "PIL")
    assert not any(trace in one for trace in traces for one in kept)
    del request
    session.answer("cat")
    assert session.wait(60)["answer"] == "cat"
    until(lambda: widget.assets == {}, "the picture stayed")
    gc.collect()
    assert [one() for one in pictures] == [None] * len(pictures)
    assert json.loads(json.dumps([decision.value for decision in session.decisions])) == ["cat"]


@pytest.mark.parametrize("text", ["<svg", "<html><svg></html>", "no svg"])
def test_a_text_that_is_no_svg_is_a_path(text: str) -> None:
    with pytest.raises((FileNotFoundError, TypeError)):
        fails(text)


@pytest.mark.parametrize(
    "data", [PNG[:14], b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", b"<svg viewBox='a b'>"]
)
def test_a_file_that_is_cut_off_has_no_size(data: bytes) -> None:
    found = read(data)
    assert found is not None
    assert (found.size, found.shown_size) == (None, None)


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ('<svg width="30pt" height="15pt">', (40, 20)),
        ('<svg width="30" height="20px" viewBox="0 0 3 2">', (30, 20)),
        ('<svg width="100%" height="100%" viewBox="0, 0, 3, 2">', (3, 2)),
        ('<svg width="100%">', None),
    ],
)
def test_the_size_of_an_svg_is_its_own_or_its_box(root: str, size: Any) -> None:
    found = read(root.encode())
    assert found is not None
    assert found.size == size


def test_the_story_of_a_saved_notebook_has_no_picture_in_it() -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which?", images=photo(), choices={"cat": PNG})), {})
    asked(session)
    bundle = session._repr_mimebundle_()
    assert bundle is not None
    assert not re.search("iVBORw0KGgo", json.dumps(bundle))
