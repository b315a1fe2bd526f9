"""The rules of a site's alerts, for its administrators."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livechat.alerts import channels, checks, kinds, rules
from livechat.boards import alarm_words, directory_names
from livechat.forms.alerts import RuleForm
from livechat.live import intervals
from livechat.models import Role, Rule, Site
from livechat.sites.roles import role_required, site_required
from livechat.web import alert_cards
from livechat.web.responses import Request, page


@require_safe
@site_required
def rule_list(request: Request, site: Site) -> HttpResponse:
    """The rules, and the kinds of which one can be made."""
    context = {"nav": "alerts", "tab": "rules", "rules": alert_cards.rules(site), "kinds": Rule.Kind.choices}
    return page(request, "alerts/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR)
def new(request: Request, site: Site) -> HttpResponse:
    """A new rule of the kind in the address."""
    kind = request.GET.get("kind") or request.POST.get("kind", "")
    if kind not in kinds.TYPES:
        raise Http404
    one = kinds.TYPES[kind]
    fresh = Rule(site=site, kind=kind, params=dict(one.params), wait_seconds=one.wait_seconds, enabled=True)
    if request.method != "POST":
        return _show(request, fresh, RuleForm(instance=fresh))
    return _save(request, fresh)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR)
def edit(request: Request, site: Site, rule_id: int) -> HttpResponse:
    """A rule's numbers, hours and channels."""
    if request.method != "POST":
        found = get_object_or_404(Rule, pk=rule_id, site=site, removed=None)
        return _show(request, found, RuleForm(instance=found))
    with transaction.atomic():
        rows = Rule.objects.select_for_update(of=("self",), no_key=True).select_related("site")
        found = get_object_or_404(rows, pk=rule_id, site=site, removed=None)
        return _save(request, found)


def _save(request: Request, rule: Rule) -> HttpResponse:
    form = RuleForm(request.POST, instance=rule)
    if not form.is_valid():
        return _show(request, rule, form, code=422)
    if form.edit_conflicts:
        now = Rule.objects.select_related("site").get(pk=rule.pk)
        return _show(request, now, form.rebased(now), code=409)
    with transaction.atomic():
        form.instance.save()
        if "told" in form.cleaned_data:
            channels.choose(form.instance, form.cleaned_data["told"])
        rules.begin_anew(form.instance)
    intervals.forget()
    messages.success(request, _("Saved."))
    return redirect("alert-rules")


def _show(request: Request, rule: Rule, form: RuleForm, *, code: int = 200) -> HttpResponse:
    title = alarm_words.title(rule, directory_names.of(rule.site)) if rule.pk else rule.get_kind_display()
    return page(request, "alerts/rule.html", {"nav": "alerts", "rule": rule, "title": title, "form": form}, status=code)


@require_POST
@role_required(Role.ADMINISTRATOR)
def switch(request: Request, site: Site, rule_id: int) -> HttpResponse:
    """Switch a rule on or off, or remove it, by the `step` that is sent."""
    step = request.POST.get("step")
    with transaction.atomic():
        rows = Rule.objects.select_for_update(of=("self",), no_key=True).select_related("site")
        found = get_object_or_404(rows, pk=rule_id, site=site, removed=None)
        words = checks.problem(found) if step == "on" else ""
        if words:
            messages.error(request, words)
            return redirect("alert-rules")
        if step == "remove" and not found.standard:
            found.removed, found.enabled = timezone.now(), False
        elif step in ("on", "off"):
            found.enabled = step == "on"
        else:
            raise Http404
        found.save(update_fields=["enabled", "removed"])
        rules.begin_anew(found)
    intervals.forget()
    said = {"on": _("Switched on."), "off": _("Switched off."), "remove": _("Removed.")}
    messages.success(request, said[step])
    return redirect("alert-rules")
