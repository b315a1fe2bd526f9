"""The pages, one file a subject: function views that read top to bottom."""
