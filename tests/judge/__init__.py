"""`python -m tests.judge`: looks at every page, measures it, and says which is over a limit."""
