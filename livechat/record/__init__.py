"""The past, as it was observed (statuses, waits, gaps) and as it was made here (writes, links)."""
