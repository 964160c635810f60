"""What a task was given, did and wrote, for people to read.

Nothing of it is kept: state values are read from LangGraph's thread when somebody looks, and every answer has limits.
Nothing here knows the browser.

    places.py      the names of values, and of what is inside of them
    parts.py       a value, taken apart: what it is, and what is in it
    values.py      a value as a tree with limits
    messages.py    the messages of a chat
    tables.py      data frames and arrays
    pictures.py    pictures
    copying.py     a value as a text, for the clipboard
    changes.py     what became of a state: a diff; `alike.py`: what is the same, `merging.py`: what a write makes of a key
    exceptions.py  an exception, the user's frames first
    reading.py     what LangGraph's thread says of a task; `served.py`: what a server tells of one
    told.py        what a task's record says of it: what it printed, and why it failed
    calls.py       what the functional API's tasks were called with, which no thread has
    task.py        a task, of all of these, and the tasks of a node; `task_view.py`: one in a few words
    changed.py     a change of the state that no task has made
    look.py        what is answered when somebody looks
    history.py     the steps of a run's thread, for `session.history`; `worked.py`: what that says beside what the thread has
"""
