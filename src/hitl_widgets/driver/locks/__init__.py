"""Who is at work on a thread: one process at a time.

```
base.py            what a lock is, those of SQLite files, and which a checkpointer has
file_lock.py       of a file: the operating system's
postgres_locks.py  of a PostgreSQL server; `postgres_lock.py`: one of them, `postgres_rows.py`: what a checkpointer is asked
```
"""
