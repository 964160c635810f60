"""`policy`: what answers for a person, and when."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, cast

from ..fields import MISSING
from . import OfFunction, OfTool, Policy, TakesDefault

_KINDS = (
    "hitl.policy takes tool= (approve its calls), answer= with node= or when= (a function or a value), "
    "model= with instructions=, or timeout= (the default, after so many seconds)."
)


def policy(
    name: str | None = None,
    *,
    tool: Any = None,
    node: str | Iterable[str] | None = None,
    when: Callable[[Any], Any] | None = None,
    answer: Any = MISSING,
    reason: str | None = None,
    model: Any = None,
    instructions: str | None = None,
    timeout: float | timedelta | None = None,
) -> Policy:
    """Something that answers for a person, for `hitl.run(..., policies=[...])`.

    The policies of a session are asked in their order, each once about each request; the first that answers decides.
    An answer is checked and saved like a person's. It is marked with the policy's name in the timeline and in
    `session.decisions`. What a policy passes on, and whatever goes wrong in one, is left to a person.

    - `tool="search"` approves each call of a tool (of langchain's middleware in both modes, Agent Inbox, `hitl.approve`).
      In a card of several calls it decides about its own, and a person about the rest.
    - `answer=function` asks a function of the request; `answer=value` gives one answer, to the nodes in `node=` or
      where `when=` holds.
    - `model=chat_model` asks a chat model, with what the card shows and the schema of the answer. It may leave the
      question to a person. It is asked neither for secrets nor at breakpoints. What the card quotes may have been
      written by others, so let a model answer what you would let them answer.
    - `timeout=seconds` waits for a person first. Alone it takes the control's default then; a question without one
      stays open. A request's own deadline counts where it is earlier: `hitl.ask(..., timeout=)`, or `expires_at` in
      its payload. `timeout=float("inf")` means that one only. Somebody who types gets more time. The seconds count
      from when the session first sees the request, and so anew after a restart. A session that is neither held nor
      shown any more answers nothing.

    Args:
        name: what decisions and cards call it; else it says what it does.
        tool: the name of a tool (or a tool or function itself), or several.
        node: the node or request key that it is for, or several; else all.
        when: a test; of the `Call` (`name`, `args`, `request`) with `tool=`, else of the `Request`.
        answer: the answer, or a function of the call or request, sync or async, that returns it, `hitl.Answer(value,
            reason=...)`, or `hitl.NO_ANSWER` to pass. With `tool=`, `True` if not given; `False` rejects.
        reason: why, for the record, and for the graph where it asks for one.
        model: a LangChain chat model.
        instructions: what the model is to go by.
        timeout: seconds, or a `timedelta`.

    Raises:
        TypeError: these do not go together, or do not say what to do.
        ValueError: `timeout` is not more than 0.

    >>> policy("small refunds", tool="refund", when=lambda call: call.args["amount"] < 50)
    <Policy: small refunds>
    >>> policy(tool="delete", answer=False, reason="never in this notebook"), policy(timeout=300)
    (<Policy: reject delete>, <Policy: default after 5 min>)
    """
    if name is not None and (not isinstance(cast("Any", name), str) or not name.strip()):
        raise TypeError(f"A policy's name is a text, not {name!r}. Write tool=, answer=, model= or timeout=.")
    if when is not None and (not callable(when) or inspect.iscoroutinefunction(when)):
        raise TypeError(f"when= takes a plain function, not {when!r}.")
    _check_together(
        tool=tool,
        node=node,
        when=when,
        answer=answer,
        reason=reason,
        model=model,
        instructions=instructions,
        timeout=timeout,
    )
    common: dict[str, Any] = {
        "nodes": frozenset({node} if isinstance(node, str) else node or ()),
        "when": when,
        "timeout": None if timeout is None else _seconds(timeout),
    }
    late = "" if common["timeout"] is None else f" after {_in_words(common['timeout'])}"
    if tool is not None:
        tools = _tools(tool)
        does = "reject" if answer is False else "approve" if answer is MISSING or answer is True else "decide about"
        given = True if answer is MISSING else answer
        return OfTool(
            name=name or f"{does} {', '.join(sorted(tools))}{late}", tools=tools, answer=given, reason=reason, **common
        )
    if model is not None:
        from .model import OfModel

        return OfModel(
            name=name or f"{_model_name(model)}{late}", model=model, instructions=instructions or "", **common
        )
    if answer is MISSING:
        return TakesDefault(name=name or f"default{late}", **common)
    return OfFunction(
        name=name or f"{_answer_name(answer, common['nodes'])}{late}", answer=answer, reason=reason, **common
    )


def _check_together(**given: Any) -> None:
    """Whether the arguments say what to do, and when."""
    tool, node, when, answer = given["tool"], given["node"], given["when"], given["answer"]
    model, timeout = given["model"], given["timeout"]
    if tool is None and answer is MISSING and model is None and timeout is None:
        raise TypeError(_KINDS)
    if given["reason"] is not None and tool is None and answer is MISSING:
        raise TypeError("reason= goes with tool= or answer=.")
    if (model is None) is not (given["instructions"] is None):
        raise TypeError('model= and instructions= go together: hitl.policy(model=chat_model, instructions="...").')
    if model is not None and (tool is not None or answer is not MISSING):
        raise TypeError("model= goes with node=, when= and timeout=, not with tool= or answer=.")
    if model is not None and not hasattr(model, "with_structured_output"):
        raise TypeError(f"model= takes a LangChain chat model, not {type(model).__name__}.")
    if tool is not None and timeout is not None and answer is MISSING:
        raise TypeError("With tool= and timeout= say what happens then: answer=True or answer=False.")
    narrowed = tool is not None or node is not None or when is not None or timeout is not None
    if answer is not MISSING and not callable(answer) and not narrowed:
        raise TypeError(f"answer={answer!r} would answer every question: say which with node= or when=.")


def _tools(tool: Any) -> frozenset[str]:
    several = [tool] if isinstance(tool, str) or not isinstance(tool, list | tuple | set | frozenset) else tool
    names = [_tool_name(one) for one in cast("Iterable[Any]", several)]
    if not names:
        raise TypeError("tool= is empty: name at least one tool.")
    return frozenset(names)


def _tool_name(tool: Any) -> str:
    name = tool if isinstance(tool, str) else getattr(tool, "name", None) or getattr(tool, "__name__", None)
    if not isinstance(name, str) or not name:
        raise TypeError(f"tool= takes the name of a tool, a tool or a function, not {tool!r}.")
    return name


def _seconds(timeout: float | timedelta) -> float:
    given: Any = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError(f"timeout= takes seconds or a timedelta, not {timeout!r}.")
    if not given > 0:
        raise ValueError(f"timeout= must be more than 0 seconds, not {timeout!r}.")
    return float(given)


def _in_words(seconds: float) -> str:
    """`300` → `5 min`.

    >>> _in_words(90), _in_words(7200), _in_words(math.inf)
    ('90 s', '2 h', 'its own deadline')
    """
    if math.isinf(seconds):
        return "its own deadline"
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _model_name(model: Any) -> str:
    names = (getattr(model, key, None) for key in ("model_name", "model", "model_id"))
    return next((name for name in names if isinstance(name, str) and name), type(model).__name__)


def _answer_name(answer: Any, nodes: frozenset[str]) -> str:
    own = getattr(answer, "__name__", "") if callable(answer) else ""
    if own and own != "<lambda>":
        return own
    return f"answer for {', '.join(sorted(nodes))}" if nodes else "answer"
