"""All settings: from the environment, a `.env` file beside manage.py, or safe defaults.

.env.example lists the variables. A malformed value stops the start with a sentence that names it.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config import databases, keys, logs, policy, values

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(values.env_file(BASE_DIR))

DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()

# Database -------------------------------------------------------------------------------------
DATABASE_FILE = DATA_DIR / "db.sqlite3"
_database = env.db_url("DATABASE_URL", default=f"sqlite:///{DATABASE_FILE}")
SQLITE = _database["ENGINE"] == databases.SQLITE
if SQLITE:
    DATABASE_FILE = databases.sqlite_file(_database)
DATABASES = {"default": databases.completed(_database, DATABASE_FILE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Secrets: from the environment; with SQLite only they may be made, once --------------------------
# Not by env.str(), which takes a value that begins with "$" for the name of another variable.
if not all(env.ENVIRON.get(name) for name in keys.NAMES):
    if not SQLITE:
        raise ImproperlyConfigured("SECRET_KEY and SEALING_KEYS must be set when DATABASE_URL is not SQLite.")
    keys.load(DATA_DIR, DATABASE_FILE)
SECRET_KEY = env.ENVIRON["SECRET_KEY"]
SEALING_KEYS = keys.sealing(env.ENVIRON["SEALING_KEYS"])

# Where it is reached --------------------------------------------------------------------------
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
_ORIGIN, PUBLIC_PATH = values.reached(env.str("PUBLIC_URL", default=""), env.str("SCRIPT_NAME", default=""))
PUBLIC_URL = _ORIGIN and f"{_ORIGIN}{PUBLIC_PATH}"
FORCE_SCRIPT_NAME = PUBLIC_PATH or None  # "/board", under which every page is
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = [*LOOPBACK, *([urlsplit(PUBLIC_URL).hostname or ""] if PUBLIC_URL else [])]
CSRF_TRUSTED_ORIGINS = [_ORIGIN] if PUBLIC_URL else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = PUBLIC_PATH or "/"
if PUBLIC_PATH:  # browsers send the cookies of other tools on this host too, which may have Django's usual names
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "livechat_sessionid", "livechat_csrftoken"
SECURE_SSL_REDIRECT = HTTPS
SECURE_SSL_HOST = urlsplit(PUBLIC_URL).netloc
SECURE_REDIRECT_EXEMPT = [rf"^({re.escape(PUBLIC_PATH[1:])}/)?(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # HSTS for this host only: its subdomains are not ours
TRUSTED_PROXIES = values.networks("TRUSTED_PROXIES", env.list("TRUSTED_PROXIES", default=[]))

# Comm100 --------------------------------------------------------------------------------------
# Patterns in pairs: the address of an API, then the address that renews its tokens. {N} stands for a number.
COMM100_HOSTS = env.list("COMM100_HOSTS", default=["https://api{N}.comm100.io", "https://dash{N}.comm100.io"])
COMM100_PROXY = env.str("COMM100_PROXY", default="")
COMM100_CA_BUNDLE = env.str("COMM100_CA_BUNDLE", default="")
# A call must end before its lease is taken over (livechat/live/lease.py).
COMM100_DEADLINE = values.seconds("COMM100_DEADLINE", env.str("COMM100_DEADLINE", default="8"), most=8)

# The web processes of this machine, as gunicorn.py starts them.
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=2)

# Who watches ----------------------------------------------------------------------------------
METRICS_TOKEN = values.metrics_token("METRICS_TOKEN", env.ENVIRON.get("METRICS_TOKEN", ""))  # as it is, also with "$"
METRICS_LOOPBACK = env.bool("METRICS_LOOPBACK", default=False)
HEARTBEAT_URL = values.watcher("HEARTBEAT_URL", env.ENVIRON.get("HEARTBEAT_URL", ""))
# Alerts ---------------------------------------------------------------------------------------
# Lets messages go to private addresses, and by http to this machine itself.
WEBHOOK_PRIVATE = env.bool("WEBHOOK_PRIVATE", default=False)
WEBHOOK_CA_BUNDLE = env.str("WEBHOOK_CA_BUNDLE", default="")

# The record -----------------------------------------------------------------------------------
RECORD_DAYS = values.days("RECORD_DAYS", env.str("RECORD_DAYS", default="0"))  # 0: for ever
# Of statuses, chats and contacts. Sums of hours and days stay. If RECORD_DAYS is set, it is the default here.
HISTORY_DAYS = values.days("HISTORY_DAYS", env.str("HISTORY_DAYS", default=str(RECORD_DAYS or 400)))

# Application ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",  # USERSESSIONS_TRACK_ACTIVITY stays off: it would write a row at every request
    "csp",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "livechat",
]
MIDDLEWARE = [
    "livechat.web.request_times.RequestTimesMiddleware",
    # Middleware that sets headers comes first, so that static files, redirects to https and refusals carry them too.
    "livechat.web.middleware.ScreenMiddleware",
    "livechat.web.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "livechat.web.metrics_access.MetricsMiddleware",  # before sessions, and while the Host is the one that was sent
    "livechat.web.middleware.MachineMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "livechat.web.compression.CompressionMiddleware",
    "livechat.web.token_access.ReadTokenMiddleware",  # before sessions: a script has none
    "livechat.web.middleware.LenientSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "livechat.web.middleware.HtmxSignInMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "livechat.web.middleware.SeatMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATE_LOADERS = ["livechat.lib.templates.Plain", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    TEMPLATE_LOADERS if DEBUG else [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "livechat.templatetags.board",
                "livechat.templatetags.wall",
                "livechat.templatetags.constants",  # after the tags that it takes the place of
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "livechat.web.context_processors.page_chrome",
            ],
        },
    }
]
FORM_RENDERER = "livechat.forms.rendering.Renderer"  # also finds widgets in templates/

# Sign-in --------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "livechat.web.allauth_adapters.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers cannot make it send mail to an address that they type
# Beside allauth's own. "token" counts read tokens that are not valid.
ACCOUNT_RATE_LIMITS = {"invite": "30/m/ip", "tv": "30/10m/ip", "pair": "10/m/user", "token": "30/m/ip"}
MFA_ADAPTER = "livechat.web.allauth_adapters.SealedMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Livechat Board"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Mail: password reset and alerts by mail are offered only if it is set up ----------------------
HAS_MAIL = bool(env.str("EMAIL_URL", default=""))
if HAS_MAIL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default=f"livechat-board@{urlsplit(PUBLIC_URL).hostname or 'localhost'}"
)

# Cache and sessions: all processes share them, or the sign-in throttle would count by worker --------
CACHES = {
    "default": {
        "BACKEND": "livechat.lib.strict_cache.StrictDatabaseCache",
        "LOCATION": "cache",
        # The default is 300 keys: with as many addresses, an attacker would push out the counts of failed sign-ins.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Headers --------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy.DIRECTIVES}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # the board has a box for each agent
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "livechat.views.errors.csrf"

# The build: pages reload when it changes, and each build has its own static files -------------------
BUILD = env.str("BUILD", default="") or values.build_id(BASE_DIR)

# Static files ---------------------------------------------------------------------------------
STATIC_URL = f"{PUBLIC_PATH}/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static" / BUILD)))
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED or env.bool("COLLECTING", default=False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "livechat" / "locale"]
TIME_ZONE = values.zone("TIME_ZONE", env.str("TIME_ZONE", default="UTC"))
USE_TZ = True

# Logs -----------------------------------------------------------------------------------------
LOGGING = logs.settings(values.level("LOG_LEVEL", env.str("LOG_LEVEL", default="INFO")))
