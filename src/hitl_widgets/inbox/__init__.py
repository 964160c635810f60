"""The threads that wait: found, listed, opened, answered together. `hitl.inbox` is in `inbox.py`.

inbox.py      what people hold
listing.py    the list: found in a moment, read when it is looked at
heads.py      where each thread stands, as its checkpointer says it; `sources.py`: who is asked for that
listed.py     any checkpointer; `sqlite.py`, `postgres.py`: a query; `served.py`: a server
thread.py     a thread that waits, as LangGraph's thread says it; `questions.py`: what it asks, and what asks the same
query.py      which of them are shown, and in which order
bulk.py       one answer for several
sessions.py   those that are opened
"""

from .inbox import Inbox, inbox

__all__ = ["Inbox", "inbox"]
