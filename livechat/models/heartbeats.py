"""When processes last said that they live."""

from django.db import models


class Heartbeat(models.Model):
    """The last moment at which any process of this name wrote here: `web` or `collector`."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
