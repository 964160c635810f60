"""An answer in a thread: how it is made durable, that the first one wins and who gave it, and where it is written.

```
answering.py    a thread's questions, and what becomes of their answers
writing.py      how answers are made durable, those that are given together at once
claims.py       that the first wins, and who gave it
claiming.py     what is held while one is claimed
got.py          what the questions of a checkpoint have got
taken.py        which answers the tasks have that asked for them, and are not sent again
address.py      where it is written
by_hand.py      what somebody has resumed a thread with by LangGraph alone
asked_alone.py  what a thread was asked and got, where a checkpointer keeps that in a table of its own
```
"""
