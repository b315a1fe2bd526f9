#!/usr/bin/env python
"""Livechat Board's command line: `python manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    """Run one management command.

    A missing library, a wrong setting and a database that cannot be used are one clear line and exit status 1.
    """
    os.umask(0o077)  # files of DATA_DIR are private, also if the folder was there before and is not
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import DatabaseError, OperationalError, ProgrammingError

        execute_from_command_line(sys.argv)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in {"livechat", "config"}:
            raise
        sys.exit(f"The module {missing.name!r} is missing. Run: pip install -r requirements.txt")
    except ImproperlyConfigured as wrong:
        sys.exit(f"Configuration: {wrong}")
    except DatabaseError as wrong:
        # SQLite tells of a damaged file by an error of no kind. The kinds that are not here are faults of ours.
        if "--traceback" in sys.argv or type(wrong) not in {OperationalError, ProgrammingError, DatabaseError}:
            raise
        said = (str(wrong).splitlines() or [type(wrong).__name__])[0]
        if type(wrong) is DatabaseError:
            sys.exit(f"The database is damaged: {said}. Restore a backup.")
        sys.exit(f"The database cannot be used: {said}. Is it there (DATABASE_URL), and migrated (manage.py migrate)?")


if __name__ == "__main__":
    main()
