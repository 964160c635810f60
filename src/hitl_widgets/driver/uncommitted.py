"""A PostgreSQL connection that commits nothing by itself: what its checkpointer saves is gone with the kernel, answers too.

psycopg's own connections are like that, unless they are asked for otherwise; LangGraph's `from_conn_string` asks, and a pool
commits whenever it is given one back (psycopg 3.3, langgraph-checkpoint-postgres 3.2.0).
"""

from __future__ import annotations

import sys
from typing import Any

NOT_COMMITTED = (
    "Answers won't survive the kernel, and no other kernel sees this thread: the checkpointer's connection commits nothing. "
    "Connect with `autocommit=True`, as `PostgresSaver.from_conn_string` does."
)


def is_uncommitted(checkpointer: Any) -> bool:
    """Whether somebody else would have to commit what a checkpointer saves."""
    psycopg: Any = sys.modules.get("psycopg")  # what nobody has loaded, nobody has connected with
    connection: Any = getattr(checkpointer, "conn", None)
    if psycopg is None or not isinstance(connection, psycopg.Connection | psycopg.AsyncConnection):
        return False
    return not connection.autocommit
