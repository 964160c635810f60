"""What a run can be told to begin with beside an input."""

from __future__ import annotations

from typing import Any

PICK_UP: Any = object()
"""The step that goes on with a thread as it stands."""

ASK_INPUT: Any = object()
"""The step that asks for an input, where nothing has run yet."""

AT_REST: Any = object()
"""No step: nothing can go on without a person."""
