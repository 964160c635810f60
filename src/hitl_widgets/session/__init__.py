"""What people hold: a run as one object, and how one begins.

session.py     the session: what it is, and what it shows
part.py        what its parts know of the whole; they are the next three
answering.py   answering it from code
waiting.py     waiting for its end, and what is said where nobody is there to answer
going_back.py  forks, what if, restarts, another input
start.py       `hitl.run` and `hitl.attach`
kept_here.py   a thread that another session of this kernel keeps in memory
what_if.py     what comes of each of several answers, as a table
"""

from .session import MimeBundle as MimeBundle, Session as Session
