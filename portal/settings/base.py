"""What every profile shares. Secrets, hosts, services and everything that differs come from embedded, test or
production."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from portal import embedded, env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = embedded.HOME  # everything that is made while running, apart from the checkout itself

DEBUG = False
DEMO = False  # demo accounts, console adapters, sign-in by password alone; every page says 演示
STAFF_SECOND_FACTOR = False  # production: staff type a code of their authenticator app after signing in, whatever way
SITE_URL = "http://127.0.0.1:8000"
WINDOW_AUTHORITY = "approval"  # code of the department that runs the combined window
SMS_GATEWAY_URL = ""  # production alone has a gateway
SMS_GATEWAY_TOKEN = ""
PORTAL_NAME = "灌南一件事"  # stands before every notice
TRUSTED_PROXY_COUNT = 0  # how many proxies of ours stand in front: whose word on the client's address counts
SIGN_IN_SHARED_ADDRESSES: list[str] = []  # of halls, where many people sign in: a higher cap before sign-in slows down

# The province's single sign-on (省统一身份认证), OpenID Connect; without a server there is no button for it.
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL", "")
# What we use of its answer -> how the province calls it.
OIDC_CLAIMS = {
    "name": env.text("OIDC_CLAIM_NAME", "name"),
    "id_number": env.text("OIDC_CLAIM_ID_NUMBER", "id_number"),
    "phone": env.text("OIDC_CLAIM_PHONE", "phone_number"),
}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "province",
                "name": "省统一身份认证",
                "client_id": env.text("OIDC_CLIENT_ID", ""),
                "secret": env.text("OIDC_CLIENT_SECRET", ""),
                "settings": {
                    "server_url": OIDC_SERVER_URL,
                    "oauth_pkce_enabled": True,
                    "scope": env.text("OIDC_SCOPE", "openid profile phone").split(),
                },
            }
        ]
    }
}
SOCIALACCOUNT_ADAPTER = "accounts.province.ProvinceAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: a form that is redirected to another host is stopped by our own policy
SOCIALACCOUNT_STORE_TOKENS = False
ACCOUNT_ADAPTER = "accounts.province.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"

INSTALLED_APPS = [
    "allauth",
    "allauth.account",  # before accounts, which takes their tables out of the administration
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "foundation",
    "foundation.numbers",
    "foundation.outbox",
    "foundation.notices",
    "foundation.files",
    "foundation.documents",
    "accounts",
    "departments",
    "matters",
    "visits",
    "applications",
    "portal",
    "unfold",  # before the admin: it replaces its templates
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "rest_framework",
    "drf_spectacular",
    "drf_standardized_errors",
    "django_filters",
    "django_htmx",
    "csp",
    "pgtrigger",
    "django_fsm",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "departments.middleware.ActorMiddleware",
    "departments.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/start/"  # sends everybody to their own page
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
# Bootstrap's files come with its wheel; no Node, no CDN.
BOOTSTRAP = Path(getattr(find_spec("bootstrap"), "submodule_search_locations", ["missing"])[0]) / "css"
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor/bootstrap", BOOTSTRAP)]
STATIC_ROOT = VAR_DIR / "static"
FILE_ROOT = VAR_DIR / "files"  # uploads and issued papers; outside of everything that is served
# clamd as tcp://host:port or unix:///path; empty: no scanner, and pages say so (未配置查毒).
VIRUS_SCANNER = ""
# Asks other authorities for exempt papers (applications/registry.py); empty: nobody to ask, the page takes copies.
REGISTRY_ADAPTER = ""
PAYMENT_ADAPTER = ""
LIBRARY_ADAPTER = ""

# Uploads are streamed to disk; a form may have as many fields as the merged form of the largest matter needs.
FILE_UPLOAD_HANDLERS = ["foundation.files.limits.CappedFile"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# Sessions live in the database with the cache in front: emptying Redis signs nobody out.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.views.csrf_failed"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The local service of the counters' ID card reader, as an address of the clerk's own machine; empty where none is.
CARD_READER = ""

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
# Unfold's Alpine compiles strings and sets styles inline: the administration alone gets this policy, behind staff
# sign-in.
ADMIN_SECURITY_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
}

# The administration in the portal's own blue (--brand of static/css/tokens.css is its 600).
UNFOLD = {
    "SITE_TITLE": f"{PORTAL_NAME}目录管理",
    "SITE_HEADER": f"{PORTAL_NAME}目录管理",
    "SITE_SYMBOL": "account_tree",
    "ENVIRONMENT": "portal.context.admin_environment",
    "DASHBOARD_CALLBACK": "portal.administration.dashboard",
    "SIDEBAR": {"navigation": "portal.administration.sidebar"},
    "STYLES": ["portal.administration.own_style"],
    "COLORS": {
        "primary": {
            "50": "oklch(97% .012 245)",
            "100": "oklch(94% .025 245)",
            "200": "oklch(88% .045 245)",
            "300": "oklch(80% .07 245)",
            "400": "oklch(68% .09 245)",
            "500": "oklch(55% .1 245)",
            "600": "oklch(43% .09 245)",
            "700": "oklch(36% .08 245)",
            "800": "oklch(31% .07 245)",
            "900": "oklch(27% .06 245)",
            "950": "oklch(20% .045 245)",
        },
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["foundation.api.requests.Session"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["foundation.api.requests.JSONBody"],
    "DEFAULT_SCHEMA_CLASS": "foundation.api.description.DoorSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_METADATA_CLASS": None,  # what the API offers stands in its description, for who may read that
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {"EXCEPTION_HANDLER_CLASS": "foundation.api.errors.RuleHandler"}
SPECTACULAR_SETTINGS = {
    "TITLE": "“一件事”综合窗口接口",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "foundation.api.description.only_chinese",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CaseStateEnum": "applications.states.CaseState",
        "TaskStateEnum": "applications.states.TaskState",
        "MaterialStateEnum": "applications.states.MaterialState",
    },
}

# Celery only wakes somebody up: truth is the outbox table. Hence no results, late acknowledgement, one message at a
# time.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_PUBLISH_RETRY = False  # a lost nudge is harmless, a slow page is not
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2 * CELERY_TASK_TIME_LIMIT,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-outbox": {"task": "foundation.outbox.jobs.sweep", "schedule": crontab()},
    "heartbeat": {"task": "portal.jobs.heartbeat", "schedule": crontab()},
    "lapse-silent-cases": {"task": "applications.jobs.lapse_silent_cases", "schedule": crontab(minute="*/5")},
    "watch-deferrals": {"task": "applications.jobs.watch_deferrals", "schedule": crontab(minute="*/5", hour="8-19")},
    "send-overdue-notices": {"task": "applications.jobs.send_overdue_notices", "schedule": crontab(minute="*/5")},
    "remind-of-corrections": {
        "task": "applications.jobs.remind_of_corrections",
        "schedule": crontab(minute=10, hour="8-19"),
    },
    "push-changes": {"task": "applications.jobs.push_changes", "schedule": crontab()},
    "remind-of-events": {"task": "applications.jobs.remind_of_events", "schedule": crontab(minute=20, hour="8-19")},
    "relieve-running-cases": {"task": "applications.jobs.relieve_running_cases", "schedule": crontab(minute="*/5")},
    "recount-running": {"task": "applications.jobs.recount_running", "schedule": crontab(minute="*/5")},
    "give-cards": {"task": "applications.jobs.give_cards", "schedule": crontab(minute=25, hour="8-19")},
    "scan-waiting-files": {"task": "foundation.files.jobs.scan_waiting_files", "schedule": crontab(minute="*/5")},
    "remind-of-pickups": {"task": "applications.jobs.remind_of_pickups", "schedule": crontab(minute=35, hour="8-19")},
    "remind-of-visits": {"task": "applications.jobs.remind_of_visits", "schedule": crontab(minute=15, hour="8-19")},
    "fill-exchange-tables": {"task": "applications.jobs.fill_exchange_tables", "schedule": crontab(minute=0, hour=2)},
    "forget-bodies": {"task": "applications.jobs.forget_bodies", "schedule": crontab(minute=30, hour=3)},
    "upload-ended": {"task": "applications.jobs.upload_ended", "schedule": crontab(minute=40, hour=2)},
    "prune-looks": {"task": "applications.jobs.prune_looks", "schedule": crontab(minute=20, hour=3)},
    "sweep-files": {"task": "foundation.files.jobs.sweep_files", "schedule": crontab(minute=40, hour=3)},
    # By day, because a text message follows; what was missed is found by its state.
    "end-drafts": {"task": "applications.jobs.end_drafts", "schedule": crontab(minute=20, hour="8-19")},
    "tell-booked": {"task": "visits.jobs.tell_booked", "schedule": crontab(minute=10, hour="8-19")},
    "end-visit-days": {"task": "visits.jobs.end_days", "schedule": crontab(minute=30, hour=1)},
    # A department founded a minute ago has its queue read without a restart.
    "consume-department-queues": {"task": "portal.jobs.consume_department_queues", "schedule": crontab()},
}

# foundation/outbox knows no handler: kind -> dotted path of handler(row). A guard test resolves each.
OUTBOX_HANDLERS = {
    "sms": "foundation.notices.operations.send_sms",
    "render": "foundation.documents.operations.render_entry",
    "dispatch": "applications.operations.dispatch.deliver_entry",
    "oversight": "applications.operations.oversight.hand_entry",
    "item_change": "applications.operations.item_changes.item_change_entry",
    "paper": "applications.operations.papers.issue_entry",
    "inform": "applications.operations.informing.inform_entry",
    "verify": "applications.operations.verifying.verify_entry",
    "fetch": "applications.operations.sharing.fetch_entry",
    "read": "applications.operations.reading.read_entry",
}
# Kinds that talk to a system elsewhere: kind -> dotted path of send(row), run outside any transaction.
OUTBOX_SENDERS = {
    "push": "applications.api.pushing.send_push",
    "library": "applications.operations.reporting.send_records",
}
OUTBOX_NUDGE = True

# matters/ counts what people file together through this, and knows no case itself. A guard test resolves it.
REPEATED_PAIRS = "applications.pairs.repeated_pairs"
CLOSED_CASES = "applications.closed.closed_cases"  # and runs closed cases once more under a plan that is tried

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "pikepdf": {"level": "WARNING"},  # greets at every start
    },
}


def databases(url_name: str = "DATABASE_URL") -> dict[str, dict[str, Any]]:
    """The one database. DATABASE_ROLE=owner takes OWNER_DATABASE_URL: the role that owns the tables and migrates."""
    if env.choice("DATABASE_ROLE", "app", ("app", "owner")) == "owner" and env.text("OWNER_DATABASE_URL", ""):
        url_name = "OWNER_DATABASE_URL"
    return {
        "default": env.database(url_name)
        | {
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            # A lock that is not had in ten seconds is an answer to the person who waits, not a page that hangs.
            "OPTIONS": {"connect_timeout": 5, "application_name": "portal", "options": "-c lock_timeout=10000"},
        }
    }


def caches(url: str) -> dict[str, dict[str, Any]]:
    """Redis as cache; two seconds at most, because a page works without it."""
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": url,
            "KEY_PREFIX": "portal",
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
    }
