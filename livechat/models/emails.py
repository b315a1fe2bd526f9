"""E-mail addresses are stored in lower case: allauth looks for them so, and by nothing else."""

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver


@receiver(pre_save, sender="auth.User")
@receiver(pre_save, sender="account.EmailAddress")
def lower_case(instance: Any, **_: Any) -> None:
    """Take the case off an address, whoever saves it: `createsuperuser` and allauth's forms alike."""
    instance.email = (instance.email or "").strip().lower()
