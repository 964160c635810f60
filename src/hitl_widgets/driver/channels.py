"""The names in a thread that are LangGraph's own: of the channels that its tasks write to, and of what starts a task.

LangGraph keeps them private (`langgraph._internal._constants`). They are part of every saved thread, so they are stable;
`tests/unit/test_channels.py` says which one it was if that changes.
"""

from __future__ import annotations

INTERRUPT = "__interrupt__"
RESUME = "__resume__"
"""What a task asked, and the answers that it has got."""
ERROR = "__error__"
"""What it failed with."""
HANDLED = "__error_source_node__"
"""Written beside that by a task with an error handler, which goes on instead of it."""
RETURN = "__return__"
"""What a `@task` returned: all that it writes."""
START, INPUT = "__start__", "__input__"
"""What holds an input."""
END, PREVIOUS = "__end__", "__previous__"
"""What an `@entrypoint` returned, and what it keeps for its next call."""
SENT = "__pregel_tasks"
"""What `Send` has sent: the nodes that it starts."""
ROOT = "__root__"
"""What holds a state that has no keys."""
NO_WRITES = "__no_writes__"
"""Written by a task that wrote nothing."""

LEADS_TO = "branch:to:"
"""How the name of the channel begins that starts a node."""
JOIN = "join:"
"""That of one which starts a node when several others are through; its name ends with the node's."""
INTERNAL = ("__", "branch:", JOIN)
"""How the names of all these begin. Others are keys of a state."""

PUSH = "__pregel_push"
"""What triggers a `Send`, and a call of a `@task`; and how the path of such a task begins."""
PULL = "__pregel_pull"
"""How the path of a task begins that a graph's edges have started."""

NO_TASK = "00000000-0000-0000-0000-000000000000"
"""Under whose id is written what is no task's: a value that `Command(resume=value)` has, which names no question."""
