"""What a run does, followed: what its stream says becomes records of nodes, steps and tasks.

```
state.py    what a run did, streamed here or not
fold.py     its stream, folded; `flow.py`: which node followed which, `calls.py`: what nodes call
tally.py    counted; `records.py`: what is remembered
watch.py    what tasks say while they work; `said.py`: remembered
```
"""
