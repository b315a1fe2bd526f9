"""Processes, schedule, cleanup, keys and the demo."""
