"""A change in the record, as if a process had decided it and been stopped then."""

import secrets
from typing import Any

from django.contrib.auth.models import User

from livechat.models import Change, Site

SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"


def decided(site: Site, actor: User, asked: str, **fields: Any) -> Change:
    """A change of the sample agent's status from Online, without an outcome; `fields` as the model's."""
    usual = {
        "kind": Change.Kind.STATUS,
        "target": SAMPLE,
        "target_name": "Ann",
        "before": {"status": "Online"},
        "nonce": secrets.token_hex(8),
    }
    return Change.objects.create(
        site=site, actor=actor, actor_name=actor.get_username(), asked={"status": asked}, **(usual | fields)
    )
