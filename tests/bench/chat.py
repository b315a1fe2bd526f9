"""`manage.py chatserver` with threads enough that it is never what is waited for."""

import os
import sys

from django.core.management import execute_from_command_line

from livechat.chatserver import server

THREADS = 160  # more than the plain way's 128

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    server.SETTINGS["threads"] = THREADS
    execute_from_command_line(sys.argv)
