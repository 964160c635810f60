"""How a graph is streamed and its thread read and written: one interface, chosen for the graph.

choose.py          which driver a graph needs
base.py            the interface
answering.py       how an answer is made durable; `claims.py`: that the first wins, and who gave it; `address.py`: where
checkpoints.py     what else is read from a checkpoint, and written into one
aside.py           what the garbage collector may have to begin with
marks.py           what tells in a moment that a thread was changed; `sqlite_file.py`: in a file
locks.py           who is at work on a thread: `file_lock.py` beside a SQLite file, `postgres_lock.py` on a server
shallow.py         savers that keep the latest checkpoint alone, and so have to save each step before the next one
thread.py          for sync graphs, heard where they say something (`at_once.py`); `loop.py` for async ones
copying.py         what a fork starts from: `moment.py` says where it ends, `cutting.py` cuts there, `ran.py` finds what to cut
unsaved.py         what a checkpointer could not save
remote.py          for a `RemoteGraph`, in a thread or on a loop; the rest is what it is made of:
  server_run.py      a run that a server is asked for
  server_events.py   what it streams
  server_sending.py  how it is asked, so that it starts once
  server_thread.py   what is written into the thread that the server keeps
  server_reading.py  what is read of it as it stands; `server_past.py`: as it stood, `told.py`: of a task,
                     `server_calls.py`: of what nodes have called
  server_errors.py   what its refusals mean
  served_graph.py    the graph as others read it; `served_types.py`: the types of its state
"""

from .address import Address
from .base import MODES, Driver
from .choose import driver_for
from .refusal import invalid_resume
from .too_deep import too_deep
from .unsaved import cannot_save

__all__ = ["MODES", "Address", "Driver", "cannot_save", "driver_for", "invalid_resume", "too_deep"]
