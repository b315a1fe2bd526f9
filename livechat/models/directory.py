"""The directory: names for the bare GUIDs that Comm100 gives."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.comm100.names import readable
from livechat.models.sites import Site


class AgentEntry(models.Model):
    """An agent who was seen in the data or imported: the name on our pages, team, capacity, place on boards.

    `departments`: whose visitors the agent takes, in Comm100 or as a person chose here; empty: not known.
    Boards and walls sort by `order`, with empty ones last. They leave out agents who are `hidden`.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="agents")
    agent_id = models.UUIDField(_("agent id"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    alias = models.CharField(_("alias on walls"), max_length=60, blank=True)
    team = models.CharField(_("team"), max_length=60, blank=True)
    capacity = models.PositiveSmallIntegerField(_("chats at once"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), null=True, blank=True)
    hidden = models.BooleanField(_("hidden"), default=False)
    departments = models.JSONField(_("departments"), default=list, blank=True)  # their GUIDs
    departments_edited = models.BooleanField(default=False)  # a person chose them, so imports leave them as they are
    edited = models.BooleanField(default=False)  # a person changed it, so imports leave the name as it is
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "agent_id"]
        constraints = [models.UniqueConstraint(fields=["site", "agent_id"], name="agent_once")]

    def __str__(self) -> str:
        return readable(self.name) or str(self.agent_id)

    @property
    def named(self) -> bool:
        """Whether it has a name that shows anything."""
        return bool(readable(self.name))


class DepartmentEntry(models.Model):
    """A department's name."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="departments")
    department_id = models.UUIDField(_("department id"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    edited = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "department_id"]
        constraints = [models.UniqueConstraint(fields=["site", "department_id"], name="department_once")]

    def __str__(self) -> str:
        return readable(self.name) or str(self.department_id)

    @property
    def named(self) -> bool:
        """Whether it has a name that shows anything."""
        return bool(readable(self.name))


class TeamEntry(models.Model):
    """The departments that a person has given to a team. Each of its agents takes their visitors, beside their own.

    `key` is the team's `name_key`: agents name their team in any spelling.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="teams")
    key = models.CharField(max_length=180)
    departments = models.JSONField(_("departments"), default=list, blank=True)  # their GUIDs

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "key"], name="team_once")]

    def __str__(self) -> str:
        return self.key


class VariableName(models.Model):
    """A custom variable that the account defines. The editor of variables offers its name."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="variable_names")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="variable_name_once")]

    def __str__(self) -> str:
        return self.name
