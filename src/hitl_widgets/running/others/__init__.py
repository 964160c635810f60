"""Other sessions and other kernels on the same thread.

```
state.py         what a run knows of them
turns.py         whose turn it is
elsewhere.py     what others do on the thread; `meanwhile.py`: put where the run's own steps are
catching_up.py   a run at rest looks at that; `noticing.py`: one that is shown finds out by itself
beside.py        what they answer while it is at work
closing.py       the cards of questions that others have answered
other_kernel.py  another kernel that is at work
```
"""
