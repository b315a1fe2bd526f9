"""The project: settings, addresses, WSGI and gunicorn."""
