"""Functions and tools that ask before they run: `hitl.approve`.

approve.py   the decorator
call.py      which function is called, with which arguments
question.py  the question about a call, and which answer is for which call
asked.py     how many questions a call asks in its node
once.py      running it once, though its node runs again from its top
run_of_node.py   what the calls of one run of a node share
function.py, tool.py   a function and a LangChain tool that ask
"""
