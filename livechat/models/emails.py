"""E-mail addresses are stored in lower case: allauth looks for them so, and by nothing else."""

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver


@receiver(pre_save, sender="auth.User")
@receiver(pre_save, sender="account.EmailAddress")
def lower_case(instance: Any, **_: Any) -> None:
    """Put an address into lower case before it is saved, by `createsuperuser` or by allauth's forms."""
    instance.email = (instance.email or "").strip().lower()
