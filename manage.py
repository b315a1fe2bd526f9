#!/usr/bin/env python
"""Livechat Board's command line: `python manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    """Run one management command.

    A missing library, a wrong setting and a database that cannot be used are one clear line and exit status 1.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError, ProgrammingError

        execute_from_command_line(sys.argv)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in {"livechat", "config"}:
            raise
        sys.exit(f"The module {missing.name!r} is missing. Run: pip install -r requirements.txt")
    except ImproperlyConfigured as wrong:
        sys.exit(f"Configuration: {wrong}")
    except (OperationalError, ProgrammingError) as wrong:
        if "--traceback" in sys.argv:
            raise
        said = (str(wrong).splitlines() or [type(wrong).__name__])[0]
        sys.exit(f"The database cannot be used: {said}. Is it there (DATABASE_URL), and migrated (manage.py migrate)?")


if __name__ == "__main__":
    main()
