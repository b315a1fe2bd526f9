"""How the project is put together and served: settings, addresses, WSGI, gunicorn."""
