"""How LangGraph says that a resume value does not fit."""

from __future__ import annotations

from langgraph.errors import is_invalid_resume


def invalid_resume(error: BaseException | None) -> BaseException | None:
    """The exception in a chain with which LangGraph refused a resume value, if there is one."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if is_invalid_resume(error):
            return error
        error = error.__cause__ or error.__context__
    return None
