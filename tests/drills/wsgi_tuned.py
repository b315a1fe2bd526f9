"""The product under gunicorn with the constants that `tuned` changes."""

from config.wsgi import application
from tests.drills import tuned

tuned.apply()

__all__ = ["application"]
