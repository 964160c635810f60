"""What a session displays as: the live view, and a picture and a text for where there is no kernel."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from ..running.run import Run
from .bundle import MimeBundle, bundled

# anywidget, the layout and the view's code are loaded when something is first shown: a script never needs them.
if TYPE_CHECKING:
    from .drawn import Drawn
    from .widget import SessionWidget

MOMENT = 1.0
"""Seconds that somebody who looks at a session waits for what the picture has of its past."""


class Display:
    """The one view of a run, and its story."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._shown_by = set[int]()

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

    def in_a_cell(self) -> SessionWidget:
        """The widget, for a cell of its own: it stays until its session is closed."""
        return self.shown_by(self)

    def shown_by(self, who: object) -> SessionWidget:
        """The widget, for another view which shows it in itself until it lets go of it."""
        widget = self.widget
        self._shown_by.add(id(who))
        return widget

    def __call__(self, *, neutral: bool) -> MimeBundle:
        """The mime bundle of one display.

        Args:
            neutral: show the graph alone, see `story`.
        """
        from .story import html_story, text_story

        if not neutral:
            self._read_past()
        text = text_story(self._run, neutral=neutral)
        return bundled(text, html_story(self._run, self.drawn, neutral=neutral), self.in_a_cell)

    def _read_past(self) -> None:
        """The story is of what ran and was decided before this kernel, too, as far as that is read in a moment.

        What takes longer, what only an event loop can read, and what a server knows is read beside, for the view.
        """
        run, until = self._run, time.monotonic() + MOMENT
        if (
            run.status == "running"
            or run.driver.is_served
            or not run.driver.reads_anywhere
            or not run.at_rest.wait(MOMENT)
        ):
            return
        with suppress(Exception):  # a checkpointer's, of which the view tells
            run.driver.run(run.past.read_at_rest(lambda: time.monotonic() < until))

    def close(self) -> None:
        """Take the widget off the page, and with it the comm; one that was never shown is not made for that.

        With it go the views of forks that nothing else shows. Shown again, it is made anew.
        """
        self._shown_by.clear()
        if (widget := self.__dict__.pop("widget", None)) is not None:
            widget.close()
        for fork in self._run.forks:
            if fork.display is not None:
                fork.display.let_go(self._run)

    def let_go(self, who: object) -> None:
        """The same once nothing shows it any more."""
        self._shown_by.discard(id(who))
        if not self._shown_by:
            self.close()
