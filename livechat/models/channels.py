"""Channels by which alerts are told."""

import uuid

from django.db import models

from livechat.models.sites import Site


class Channel(models.Model):
    """A way to tell people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="channels")
    label = models.CharField(max_length=80)
    off = models.DateTimeField(null=True)
    off_why = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return self.label
