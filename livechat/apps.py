"""The application's configuration."""

import threading
from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string

from livechat.lib import logs


def make_cache_table(using: str, **_: Any) -> None:
    """Make the table of the database cache after every migrate, so that installing takes one command."""
    call_command("createcachetable", database=using, verbosity=0)


class LivechatConfig(AppConfig):
    """Livechat Board's one Django application."""

    name = "livechat"
    verbose_name = "Livechat Board"

    def ready(self) -> None:
        """Register what runs after migrations and what is told of looks; log exceptions that end a thread."""
        post_migrate.connect(make_cache_table, sender=self)
        # By name: they import models, which are not there yet when this module is read.
        import_string("livechat.live.observers.register")(import_string("livechat.alerts.evaluation.looked"))
        threading.excepthook = logs.thread_failed
