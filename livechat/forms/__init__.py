"""The forms, one file a subject."""
