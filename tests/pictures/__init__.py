"""Pictures of what walls show, made by one command: `python -m tests.pictures FOLDER`."""
