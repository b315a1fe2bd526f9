"""The links that open walls without a sign-in, the screens that use them, and the record of their events."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livechat.models import notes
from livechat.models.sites import Site
from livechat.models.walls import Wall


class LinkEvent(models.Model):
    """An event of a wall's link: appended, never altered. It outlives the link, so it holds its number and label.

    An event of a wall's message has no link: its number is 0. Its `wall_title` is empty if it was for all walls.
    An event of a read token or of a channel has neither a link nor a wall, only the label. One of a site's address for
    hints has none of these.

    `address` is the address of the person who did it. For SEEN it is a network that used the link for the first time.
    `note` says more. Old rows have a `detail` instead, in words.
    """

    class What(models.TextChoices):
        """What happened, in the words the pages use."""

        MADE = "made", _("Made")
        PAIRED = "paired", _("Paired with a screen")
        SEEN = "seen", _("Used from a new address")
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Resumed")
        ROTATED = "rotated", _("New address; the old one ended")
        EXTENDED = "extended", _("End moved")
        RENAMED = "renamed", _("Renamed")
        FRAMED = "framed", _("Other sites may show it")
        REVOKED = "revoked", _("Ended")
        EXPIRED = "expired", _("Expired")
        ACCESS = "access", _("Ended: its owner may not make walls any more")
        DELETED = "deleted", _("Ended: its wall was deleted")
        TURNS = "turns", _("Walls in turn")
        MESSAGE = "message", _("Message shown")
        MESSAGE_ENDED = "message-ended", _("Message ended")
        TOKEN_MADE = "token-made", _("Made")
        TOKEN_RENAMED = "token-renamed", _("Renamed")
        TOKEN_REVOKED = "token-revoked", _("Revoked")
        TOKEN_ACCESS = "token-access", _("Revoked: its maker is no longer an Administrator")
        CHANNEL_MADE = "channel-made", _("Made")
        CHANNEL_RENAMED = "channel-renamed", _("Renamed")
        CHANNEL_ADDRESS = "channel-address", _("New address")
        CHANNEL_SECRET = "channel-secret", _("New secret")
        CHANNEL_OFF = "channel-off", _("Switched off")
        CHANNEL_GONE = "channel-gone", _("Switched off: the receiver says that its address has ended")
        CHANNEL_ON = "channel-on", _("Switched on")
        CHANNEL_REMOVED = "channel-removed", _("Removed")
        HOOK_MADE = "hook-made", _("Made")
        HOOK_REMOVED = "hook-removed", _("Removed")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="link_events")
    link = models.PositiveBigIntegerField()
    label = models.CharField(max_length=80)
    wall_title = models.CharField(max_length=80)
    what = models.CharField(max_length=20, choices=What.choices)
    detail = models.CharField(max_length=200, blank=True)
    note = models.JSONField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=50, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["site", "-at"]), models.Index(fields=["link", "-at"])]
        constraints = [
            models.UniqueConstraint(fields=["link", "address"], condition=models.Q(what="seen"), name="seen_once")
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.what}"

    @property
    def of_token(self) -> bool:
        """Whether it happened to a read token."""
        return self.what.startswith("token-")

    @property
    def of_channel(self) -> bool:
        """Whether it happened to a channel of alerts."""
        return self.what.startswith("channel-")

    @property
    def of_hook(self) -> bool:
        """Whether it happened to the site's address for hints."""
        return self.what.startswith("hook-")

    @property
    def words(self) -> str:
        """Its note in the reader's words."""
        return notes.in_words(self.note, self.detail)


class WallLink(models.Model):
    """A secret address of a wall. Only the SHA-256 of its 256-bit secret is stored.

    `frames`: the origins of other sites that may show its wall in a frame, separated by blanks. `why` says what ended
    it, one of LinkEvent.What. `seen`, `seen_address` and `seen_browser` are its latest use.
    """

    wall = models.ForeignKey(Wall, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    frames = models.TextField(blank=True, default="")
    paused = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    why = models.CharField(max_length=20, blank=True, choices=LinkEvent.What.choices)
    seen = models.DateTimeField(null=True)
    seen_address = models.CharField(max_length=50, blank=True)
    seen_browser = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["created"]

    def __str__(self) -> str:
        return self.label


class LinkTurn(models.Model):
    """A wall that a link shows in turn with others, for so many seconds. Without any the link shows its own wall."""

    link = models.ForeignKey(WallLink, on_delete=models.CASCADE, related_name="turns")
    wall = models.ForeignKey(Wall, on_delete=models.CASCADE, related_name="turns")
    seconds = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["link", "wall"], name="link_turn_once")]

    def __str__(self) -> str:
        return f"{self.wall_id}: {self.seconds} s"


class LinkScreen(models.Model):
    """A screen that has just used a link. Its key is the id that its page made up, or else its address and browser."""

    link = models.ForeignKey(WallLink, on_delete=models.CASCADE, related_name="screens")
    key = models.CharField(max_length=64)
    by_id = models.BooleanField()
    place = models.CharField(max_length=120)
    seen = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "key"], name="link_screen_once")]

    def __str__(self) -> str:
        return f"{self.link_id} {self.key}"


class SpentSecret(models.Model):
    """The hash of a secret that a link had, so that its screens learn that it has ended, not that it is unknown."""

    secret_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=5, blank=True)  # of the wall that it led to

    def __str__(self) -> str:
        return self.secret_hash


class Pairing(models.Model):
    """A screen that waits for pairing. It shows the code, and its address holds the secret of the link to come."""

    token_hash = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=8, unique=True)
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.code
