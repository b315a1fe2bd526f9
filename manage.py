#!/usr/bin/env python
"""Livechat Board's command line: `python manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    """Run one management command; a missing library is one clear line and exit status 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in {"livechat", "config"}:
            raise
        sys.exit(f"The module {missing.name!r} is missing. Run: pip install -r requirements.txt")
    except ImproperlyConfigured as wrong:
        sys.exit(f"Configuration: {wrong}")


if __name__ == "__main__":
    main()
