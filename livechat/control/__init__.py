"""The writes: guarded by a fresh read, recorded before they leave, sent once, verified."""
