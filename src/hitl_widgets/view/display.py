"""What a session displays as: the live view, and a picture and a text for where there is no kernel."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..running.run import Run
from .bundle import MimeBundle, bundled

# anywidget, the layout and the view's code are loaded when something is first shown: a script never needs them.
if TYPE_CHECKING:
    from .drawn import Drawn
    from .widget import SessionWidget


class Display:
    """The one view of a run, and its story."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @cached_property
    def drawn(self) -> Drawn:
        """The run's graph as it is drawn; reading a large one takes a moment."""
        from ..graph.topology import topology_of
        from .drawn import Drawn

        return Drawn(topology_of(self._run.driver.graph))

    @cached_property
    def widget(self) -> SessionWidget:
        """The run's one widget, made when it is first shown."""
        from .widget import SessionWidget

        return SessionWidget(self._run, self.drawn)

    def __call__(self, *, neutral: bool) -> MimeBundle:
        """The mime bundle of one display.

        Args:
            neutral: show the graph alone, see `story`.
        """
        from .story import html_story, text_story

        text = text_story(self._run, neutral=neutral)
        return bundled(text, html_story(self._run, self.drawn, neutral=neutral), lambda: self.widget)

    def close(self) -> None:
        """Take the widget off the page, and with it the comm; one that was never shown is not made for that."""
        if "widget" in self.__dict__:
            self.widget.close()
