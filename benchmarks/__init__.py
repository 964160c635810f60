"""The budgets of the design, measured. `python -m benchmarks.run` prints the table; one file here for each peer."""
