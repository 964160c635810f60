"""The question about a call, as `interrupt()` with a payload of our own, and which answer is for which call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from langgraph.errors import GraphInterrupt
from langgraph.types import interrupt
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from ..control import Reason
from ..texts.apart import in_one_line
from ..texts.jsonable import jsonable
from .call import Call
from .run_of_node import run_of_node

TAG = "hitl.approve"
"""The `type` of the payload."""

FILL_IN = "Please fill this in."

When = Literal["before", "after"]


class Verdict(BaseModel):
    """What is answered. A plain `True` or `False` will do, where no reason is required."""

    approved: bool
    reason: str | None = None
    call: str | None = Field(default=None, description="The `call` of the question that this answers.")


@dataclass(frozen=True)
class Asks:
    """How `approve` was told to ask."""

    reason: Reason = "none"
    when: When = "before"


def ask(asks: Asks, call: Call, **result: Any) -> Verdict:
    """Ask about a call.

    LangGraph hands a node's answers out in the order in which the node asks. That order changes when a ToolNode runs
    its calls in threads, and the call itself changes when its node computes other arguments the next time. So the
    answer names its call, and one that is for another call is kept for that one.

    Args:
        asks: how.
        call: about what.
        **result: what came of it, as `result`, where it has been run.

    Raises:
        langgraph.errors.GraphInterrupt: it is not answered yet; LangGraph takes it from here.
        RuntimeError: the caller is not part of a graph's run.
    """
    run = run_of_node(call)
    payload = _payload(asks, call, **result)
    schema: Any = Annotated[Verdict, BeforeValidator(_from_bool), AfterValidator(_with_reason(asks, call))]
    with run.lock:
        if waiting := run.answers[call.token]:
            return waiting.pop(0)
        while True:
            try:
                verdict: Verdict = interrupt(payload, response_schema=schema)
            except GraphInterrupt:
                if asks.when == "before":
                    from .once import forget

                    forget(call)
                raise
            if verdict.call in {None, call.token}:
                return verdict
            run.answers[str(verdict.call)].append(verdict)


def _payload(asks: Asks, call: Call, **result: Any) -> dict[str, Any]:
    """All JSON: it goes through any checkpointer and to any client."""
    before = asks.when == "before"
    return {
        "type": TAG,
        "key": call.name,
        "question": f"Run {in_one_line(call.name)}?" if before else f"Use the result of {in_one_line(call.name)}?",
        "description": call.description,
        "tool": call.name,
        "arguments": call.arguments,
        **{name: jsonable(value) for name, value in result.items()},
        "reason": asks.reason,
        "call": call.token,
    }


def _from_bool(answer: Any) -> Any:
    return {"approved": answer} if isinstance(answer, bool) else answer


def _with_reason(asks: Asks, call: Call) -> Any:
    def check(verdict: Verdict) -> Verdict:
        # Another call's answer keeps to that call's rules.
        if verdict.call in {None, call.token} and lacks_reason(asks.reason, verdict):
            raise ValueError(f"reason: {FILL_IN}")
        return verdict

    return check


def lacks_reason(reason: Reason, verdict: Verdict) -> bool:
    """Whether a reason is required and is not there.

    >>> lacks_reason("required_to_reject", Verdict(approved=False, reason=" "))
    True
    """
    needed = reason == "required" or (reason == "required_to_reject" and not verdict.approved)
    return needed and not (verdict.reason or "").strip()
