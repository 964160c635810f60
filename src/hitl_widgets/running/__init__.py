"""A run: a graph on a thread, driven until it ends, with a person in the loop. No Jupyter.

```
run.py        the state machine: `driving.py` (at work), `settling.py` (come to rest)
beginning.py  how it begins; `steps.py`: with what beside an input
streaming.py  one pass over the graph's stream, `passes.py`: what is known of them; how a graph is streamed is `driver/`
following/    what its stream says, as records of nodes, steps and tasks
pending.py    a pending request, and what came of the replies so far; `why.py`: why it is asked again, `reasked.py`: otherwise
answering.py  an answer; `taking.py`: how a reply becomes one and is taken back, `together.py`: several, `unasked.py`: what
              else goes on with it, `switched.py`: breakpoints that are switched on where it stands
picked_up.py  a thread as an earlier kernel or session left it; `past.py`: what ran there, `recorded.py`: its decisions,
              `unread.py`: one that cannot be read for long
others/       other sessions and kernels on the thread
forks/        another run, on a copy of the thread
secrets.py    what is never shown; `torn.py`: where a text was cut, `withheld.py`: cards that wait until it is known
```
"""
