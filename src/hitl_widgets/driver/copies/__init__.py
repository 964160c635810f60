"""A copy of a thread: what a fork starts from.

```
copying.py      the copy
moment.py       where it ends
cutting.py      the graphs of a thread, each cut there
ran.py          which graphs a task has run; `namespaces.py`: all graphs of a thread
done_inside.py  what was answered in graphs that are done, and not copied
chains.py       what a thread has of a graph
half_made.py    a copy that was not finished
```
"""
