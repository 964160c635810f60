"""How a graph is streamed and its thread read and written: one interface, chosen for the graph.

```
choose.py       which driver a graph needs
base.py         the interface; `working.py`: how a session's work is run
thread.py       for sync graphs; `loop.py`: for async ones; `at_once.py`: what they say, heard where they say it
server/         for a `RemoteGraph`
answers/        an answer in a thread: made durable, the first one wins
checkpoints.py  what else is read from a checkpoint, and written into one; `channels.py`: by which names
copies/         what a fork starts from
locks/          who is at work on a thread
marks.py        what tells in a moment that a thread was changed; `sqlite_file.py`: in a file
memory.py       the saver in memory; `saved_file.py`, `saved_file_async.py`: those of `save="runs.sqlite"`;
                `database_path.py`: where SQLite keeps one
tables.py       a part of what a checkpointer has of a thread, asked for alone
shallow.py      savers that keep the latest checkpoint alone, and so have to save each step before the next one
unsaved.py      what a checkpointer could not save; `given_back.py`: what it saves and does not give back;
                `uncommitted.py`: what it saves and nobody commits;
                `too_deep.py`, `refusal.py`: what LangGraph could not take
tried_again.py  what of a failed task does not count when it is tried again; `handlers.py`: the tasks that take over from one
by_id.py        a step that is begun anew where nested graphs remember; `alike.py`: the checkpointers that those two are
clocks.py       clocks that do not agree
ending.py       the end of the process; `aside.py`: what the garbage collector may have to begin with, `uninterrupted.py`: what the
                stop button may not end half-way
```
"""

from .answers.address import Address
from .base import MODES, Driver
from .choose import driver_for
from .refusal import invalid_resume
from .too_deep import too_deep
from .unsaved import cannot_save

__all__ = ["MODES", "Address", "Driver", "cannot_save", "driver_for", "invalid_resume", "too_deep"]
