"""Where the threads of a graph are listed from: a server, a database that can be asked, or any checkpointer."""

from __future__ import annotations

import sys

from ..driver import Driver
from ..driver.choose import is_remote
from .heads import Source
from .listed import Listed


async def source_of(driver: Driver) -> Source:
    """The quickest way to the threads of a graph.

    Args:
        driver: of the graph.
    """
    if is_remote(driver.graph):
        from .served import Served

        return Served(driver)
    # Who has such a checkpointer has loaded its module.
    if "langgraph.checkpoint.sqlite" in sys.modules:
        from ..driver.sqlite_file import sqlite_file
        from .sqlite import Sqlite

        if (path := await sqlite_file(driver.checkpointer)) is not None:
            return Sqlite(driver, path)
    if "langgraph.checkpoint.postgres" in sys.modules:
        from ..driver.locks.postgres_rows import has_rows
        from .postgres import Postgres

        if has_rows(driver.checkpointer):
            return Postgres(driver)
    return Listed(driver)
