"""A LangChain tool that asks before it runs, or before what it returns is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langgraph.config import get_config

from ..errors import RejectedError
from ..texts.jsonable import jsonable
from .call import Call, first_line
from .once import aonce, once
from .question import Asks, ask


def approved_tool(tool: BaseTool, asks: Asks) -> BaseTool:
    """A copy of a tool that asks: of the tool's own class, so whatever takes the tool takes it too."""
    # `invoke` and the executors come down to `run`, and `ainvoke` to `arun`, which never calls `run`; a StructuredTool
    # without a coroutine goes from `ainvoke` to `invoke` (langchain-core 1.7).
    asking = type(f"Approved{type(tool).__name__}", (type(tool),), {"run": _run(asks), "arun": _arun(asks)})
    copy = tool.model_copy()
    object.__setattr__(copy, "__class__", asking)  # a model checks what is set on it
    return copy


def _run(asks: Asks) -> Callable[..., Any]:
    def run(self: BaseTool, tool_input: Any, *args: Any, tool_call_id: str | None = None, **options: Any) -> Any:
        call = _call(self, tool_input)

        def work() -> Any:
            return _own(self).run(self, tool_input, *args, tool_call_id=tool_call_id, **options)

        if asks.when == "before" and (verdict := ask(asks, call)) and not verdict.approved:
            return _rejection(self, call, verdict.reason, tool_call_id)
        result = once(call, work)
        if asks.when == "after" and (verdict := ask(asks, call, result=_shown(result))) and not verdict.approved:
            return _rejection(self, call, verdict.reason, tool_call_id)
        return result

    return run


def _arun(asks: Asks) -> Callable[..., Any]:
    async def arun(self: BaseTool, tool_input: Any, *args: Any, tool_call_id: str | None = None, **options: Any) -> Any:
        call = _call(self, tool_input)

        async def work() -> Any:
            configured = _in_this_task(options)
            return await _own(self).arun(self, tool_input, *args, tool_call_id=tool_call_id, **configured)

        if asks.when == "before" and (verdict := ask(asks, call)) and not verdict.approved:
            return _rejection(self, call, verdict.reason, tool_call_id)
        result = await aonce(call, work)
        if asks.when == "after" and (verdict := ask(asks, call, result=_shown(result))) and not verdict.approved:
            return _rejection(self, call, verdict.reason, tool_call_id)
        return result

    return arun


def _own(tool: BaseTool) -> type[BaseTool]:
    """The tool's class before it asked."""
    return type(tool).__mro__[1]


def _in_this_task(options: dict[str, Any]) -> dict[str, Any]:
    """What `arun` takes beside its input, from within the task that runs it: what the tool asks by itself is the task's."""
    config = options.get("config")
    if config is None:
        return options
    configurable = {**config.get("configurable", {}), **get_config().get("configurable", {})}
    return {**options, "config": {**config, "configurable": configurable}}


def _call(tool: BaseTool, tool_input: Any) -> Call:
    """The arguments as a model gives them, with the defaults; what a ToolNode injects (state, store) is not shown."""
    schema = tool.args
    given = tool_input if isinstance(tool_input, dict) else {next(iter(schema), "input"): tool_input}
    defaults = {name: of["default"] for name, of in schema.items() if "default" in of}
    known = {**defaults, **given}
    shown = {name: known[name] for name in schema if name in known}
    return Call(tool.name, jsonable(shown), first_line(tool.description))


def _shown(result: Any) -> Any:
    return result.content if isinstance(result, ToolMessage) else result


def _rejection(tool: BaseTool, call: Call, reason: str | None, tool_call_id: str | None) -> Any:
    """What the model reads, as the human-in-the-loop middleware of langchain has it: a result that is an error."""
    said = str(RejectedError(call.name, reason))
    if tool_call_id is None:
        return said
    return ToolMessage(said, name=tool.name, tool_call_id=tool_call_id, status="error")
