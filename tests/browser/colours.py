"""What colours a reader sees: each text, and what it stands on, through everything that is transparent."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator

READABLE = 4.5
"""The least contrast of text: WCAG 2.2, level AA."""

PAINT = """
  // A canvas knows every notation of a colour, and blends as a page does.
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const paint = colour => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const paperOf = element => {
    const around = [];
    for (let one = element; one !== null; one = one.parentElement) around.unshift(one);
    paint('white');
    for (const one of around) paint(getComputedStyle(one).backgroundColor);
    const box = element.closest('.hitl-node')?.querySelector('rect');
    return paint(box ? getComputedStyle(box).fill : 'transparent');
  };
"""

PAPER = f"element => {{ {PAINT} return paperOf(element); }}"

SEEN = (
    "view => {"
    + PAINT
    + """
  const isText = element =>
    element.matches('input:not([type=radio], [type=checkbox], [type=range]), select, textarea') ||
    [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');
  return [view, ...view.querySelectorAll('*')]
    .filter(element => isText(element) && element.checkVisibility({ visibilityProperty: true }))
    .filter(element => !element.closest(':disabled, option, .hitl-unseen'))
    .map(element => {
      const { color, fill } = getComputedStyle(element);
      const paper = paperOf(element);
      const ink = paint(element instanceof SVGElement ? fill : color);
      return { what: element.outerHTML.slice(0, 200), accented: element.closest('.hitl-primary') !== null, paper, ink };
    });
}"""
)


@dataclass(frozen=True)
class Seen:
    """One text as it is seen; colours are sRGB from 0 to 255."""

    what: str
    accented: bool
    paper: list[int]
    ink: list[int]

    @property
    def contrast(self) -> float:
        dark, light = sorted((luminance(self.paper), luminance(self.ink)))
        return (light + 0.05) / (dark + 0.05)

    @property
    def theme(self) -> str:
        return "dark" if luminance(self.paper) < luminance(self.ink) else "light"


def paper(element: Locator) -> list[int]:
    """The colour that an element's content stands on."""
    return element.evaluate(PAPER)


def luminance(colour: list[int]) -> float:
    """The relative luminance of WCAG 2.2, from 0 (black) to 1 (white)."""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def assert_follows(view: Locator, theme: str) -> None:
    """Fail unless all text of the view is dark on light or light on dark, as the theme is, and can be read."""
    texts = [Seen(**text) for text in view.evaluate(SEEN)]
    assert len(texts) >= 10, f"there should be more to read: {texts}"
    # Only a primary button stands out by being the other way round.
    wrong = [text for text in texts if text.contrast < READABLE or (text.theme != theme and not text.accented)]
    assert not wrong, f"not {theme}, or not readable:\n" + "\n".join(f"{one.contrast:.2f} {one}" for one in wrong)
