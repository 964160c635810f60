"""A graph on a server (`RemoteGraph`): its runs are started and followed there, and its threads are kept there.

```
remote.py        the driver, in a thread or on a loop
run.py           a run that a server is asked for
events.py        what it streams
sending.py       how it is asked, so that it starts once
thread.py        what is written into the thread that the server keeps; `copies.py`: copies of it, until they are forks
handled.py       what its error handlers ask, as it streams that
answers.py       who answered what, as it keeps it; `given.py`: what its records say of that
reading.py       what is read of a thread as it stands; `past.py`: as it stood, `told.py`: of a task, `calls.py`: of those
                 that nodes have called
errors.py        what its refusals mean
jsonable.py      what crosses to it
served_graph.py  the graph as others read it; `served_types.py`: the types of its state
```
"""
