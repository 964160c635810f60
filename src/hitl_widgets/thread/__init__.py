"""What LangGraph's thread and the graph themselves say, read: the truth about what is pending, and about what went before.

asked.py         the requests of a thread, from its snapshot; `left_over.py`: which of them are asked no more, `by_hand.py`: which
                 somebody has resumed with LangGraph alone, `words.py`: what the model has said in the message that they are about
asker.py         who asks, where the names of nodes do not say it; `copies.py`: which of several tasks of a node it is
breakpoints.py   where it stands, if at a static breakpoint; `later_graphs.py`: in another graph than LangGraph shows
next_nodes.py    which nodes run next; `remembering.py`: whether nested graphs that remember begin anew in them
stops.py         breakpoints that change while the graph runs; `compiled_stops.py`: those that it was compiled with
graph_input.py   what the graph takes to begin with, as a request; `misspelt.py`: what it does not take of what it is given
state_schema.py  what the graph's state schema says of its keys; `secret_keys.py`: which of them are secrets
tools.py         the tools of the graph that asks
history.py       the steps of a thread; `nested.py`: those of the graphs in it, `gone.py`: what never ran, `pickled.py`: in a file
earlier.py       those of them that ran before this kernel, without any values; `inside.py`: those of the graphs in it
called.py        the `@task` calls of a step; `task_names.py`: what they were called
cancelled.py     which tasks of a step were cancelled as another had failed
comparing.py     where two threads part
defined_anew.py  which functions of the graph's nodes and tools a notebook has defined anew since it was compiled

Nothing here runs a graph or writes to its thread.
"""
