"""The past: transitions, waits and gaps as they were observed, and the record of writes."""
