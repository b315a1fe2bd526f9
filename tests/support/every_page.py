"""Every page by name, once: what `python -m tests.judge` goes through, and of each kind one that the tests look at.

tests/test_every_address.py holds that each address of the URL configuration is here, or in NO_PAGES with its reason.
"""

from tests.support.cases import every

# The demo's own rows are the first of their tables; {agent}, {visitor}, {wall} and {invite} are filled in.
SIGNED_IN = {
    "agents": "/agents/",
    "agents-none": "/agents/?q=nobody+has+this+name",
    "agent": "/agents/{agent}/",
    "agent-status": "/agents/{agent}/status/",
    "bulk": "/agents/bulk/?boxes=1&agent={agent}",
    "bulk-none": "/agents/bulk/?boxes=1",
    "visitors": "/visitors/?status=waiting",
    "visitors-further": "/visitors/?sort=-visits&page=2",
    "visitors-columns": "/visitors/?columns=name,status,email,landing_page,visit_time,pages,country,variable:Plan,id",
    "saved-views": "/visitors/views/?status=waiting",
    "visitor": "/visitors/{visitor}/",
    "visitor-variables": "/visitors/{visitor}/variables/",
    "find": "/find/?q=an",
    "find-set": "/find/?q=set+an+to+lunch",
    "history-today": "/history/",
    "history-day": "/history/day/",
    "history-replay": "/history/replay/",
    "history-queue": "/history/queue/",
    "history-coverage": "/history/coverage/",
    "history-heat": "/history/heat/",
    "history-time": "/history/time/",
    "history-time-days": "/history/time/?by=day",
    "history-occupancy": "/history/occupancy/",
    "history-agent": "/history/agents/{agent}/",
    "history-about": "/history/about/",
    "walls": "/walls/",
    "wall-messages": "/walls/messages/",
    "wall-edit": "/walls/1/",
    "wall-preview": "/walls/1/preview/",
    "link-make": "/walls/1/links/",
    "link": "/walls/1/links/1/",
    "pair": "/pair/?code=ACDE3467",
    "changes": "/changes/",
    "changes-links": "/changes/?kind=links",
    "connection": "/connection/",
    "directory": "/directory/",
    "directory-agent": "/directory/agents/1/",
    "directory-department": "/directory/departments/1/",
    "directory-team": "/directory/team/?name=Sales",
    "directory-hidden": "/directory/?show=hidden",
    "directory-upload": "/directory/upload/",
    "sites": "/sites/",
    "site": "/sites/1/",
    "away-limits": "/sites/1/away/",
    "site-opening": "/sites/1/opening/",
    "read-tokens": "/sites/1/tokens/",
    "site-hooks": "/sites/1/hooks/",
    "member-add": "/sites/1/members/",
    "member": "/sites/1/members/1/",
    "invitation-make": "/sites/1/invitations/",
    "invite-member": "{invite}",
    "start": "/start/",
    "password": "/accounts/password/change/",
    "sessions": "/accounts/sessions/",
    "two-step": "/accounts/2fa/",
    "two-step-app": "/accounts/2fa/totp/activate/",
    "passkeys": "/accounts/2fa/webauthn/",
    "passkey-add": "/accounts/2fa/webauthn/add/",
    "email": "/accounts/email/",
    "reauthenticate": "/accounts/reauthenticate/",
    "sign-out": "/accounts/logout/",
    "no-such-page": "/no/such/page/",
    "no-such-agent": "/agents/00000000-0000-4000-8000-000000000000/",
    "no-such-invitation": "/invite/never-was-a-secret/",
}
STRANGERS = {
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "password-reset": "/accounts/password/reset/",
    "password-reset-sent": "/accounts/password/reset/done/",
    "password-reset-bad": "/accounts/password/reset/key/1-abc/",
    "password-reset-over": "/accounts/password/reset/key/done/",
    "email-sent": "/accounts/confirm-email/",
    "email-bad": "/accounts/confirm-email/abc/",
    "account-closed": "/accounts/inactive/",
    "wall": "{wall}",
    "tv": "/tv/",
    "invite": "{invite}",
}
# What only the judge makes: a bulk change, a change, and another user who has a second factor and a passkey.
MADE = {
    "bulk-run": "/agents/bulk/{run}/",
    "undo": "/changes/{change}/undo/",
}
SECURED = {
    "two-step-on": "/accounts/2fa/",
    "two-step-ask": "/accounts/2fa/authenticate/",
    "two-step-again": "/accounts/2fa/reauthenticate/",
    "two-step-off": "/accounts/2fa/totp/deactivate/",
    "recovery-codes": "/accounts/2fa/recovery-codes/",
    "recovery-codes-new": "/accounts/2fa/recovery-codes/generate/",
    "passkey-again": "/accounts/2fa/webauthn/reauthenticate/",
    "passkey-name": "/accounts/2fa/webauthn/keys/{passkey}/edit/",
    "passkey-remove": "/accounts/2fa/webauthn/keys/{passkey}/remove/",
}
# Of each kind of page one: what the browser's tests look at. `make judge-quick` and the drill `cases` look at them all.
_CHOSEN = {
    "agents", "visitor", "sign-in", "wall",
}  # fmt: skip


def chosen(pages: dict[str, str]) -> dict[str, str]:
    """Of these pages those that this run looks at: of each kind one, or all."""
    return {name: path for name, path in pages.items() if every() or name in _CHOSEN}


_SENT, _PART, _FILE, _MACHINE = "only sent to", "a part of a page", "a file", "for machines"
# Names of addresses at which there is no page, with the reason.
NO_PAGES = {
    "home": "leads to another page",
    "stray": "leads to another page",
    "tv-code": "where the page of a TV leads, which is in the list",
    "account_set_password": "leads to the page that changes a password: everyone has one",
    "account_confirm_login_code": "codes by mail are not offered",
    "queue": _PART,
    "wall-thumbnail": _PART,
    "history-replay-wall": _PART,
    "agent-strips": _FILE,
    "board-lines": _FILE,
    "agent-set": _SENT,
    "saved-view": _SENT,
    "wall-message": _SENT,
    "change-undo-set": _SENT,
    "change-outcome": _PART,
    "directory-import": _SENT,
    "directory-agent-row": _PART,
    "directory-department-row": _PART,
    "wall-zones": _PART,
    "site-switch": _SENT,
    "display": _SENT,
    "board-view": _SENT,
    "agent-pin": _SENT,
    "visitor-variable": _PART,
    "invitation-revoke": _SENT,
    "read-token": _SENT,
    "visitors-csv": _FILE,
    "changes-csv": _FILE,
    "directory-csv": _FILE,
    "mfa_download_recovery_codes": _FILE,
    "mfa_login_webauthn": "what a script asks",
    "now": _MACHINE,
    "healthz": _MACHINE,
    "readyz": _MACHINE,
    "metrics": _MACHINE,
}
