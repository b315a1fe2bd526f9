"""`manage.py rollup --from 2026-11-01`: makes the sums of days again, of the rows that are still there."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livechat.models import RolledDay, Site
from livechat.ops import rollups


class Command(BaseCommand):
    """Makes the sums of the days of all sites from a day on."""

    help = "Make the sums of days again, from the statuses, chats and contacts that are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The first day, and a site."""
        parser.add_argument("--from", dest="first", required=True, metavar="DAY", help="a day like 2026-11-01")
        parser.add_argument("--site", help="the name of a site; without it all of them")

    def handle(self, *_args: Any, first: str, site: str | None, **_options: Any) -> None:
        """Make them, a day after the other."""
        try:
            begin = date.fromisoformat(first)
        except ValueError as error:
            raise CommandError(f"--from {first}: write a day as 2026-11-01.") from error
        sites = Site.objects.filter(name=site) if site else Site.objects.all()
        if site and not sites:
            raise CommandError(f"There is no site that is called {site}.")
        for one in sites:
            days = [day for day in rollups.days_over(one) if day >= begin]
            for day in days:
                rollups.make(one, day)
            told = f", from {days[0]} on" if days else ""
            kept = RolledDay.objects.filter(site=one, day__gte=begin, **({"day__lt": days[0]} if days else {})).count()
            told += f"; {kept} before that keep theirs, because their details are deleted" if kept else ""
            self.stdout.write(f"{one}: {len(days)} days{told}")
