"""`make run`: embedded services, demo accounts, console adapters. Never for production."""

import json
import os
import secrets
import warnings

from celery.platforms import SecurityWarning

from portal import embedded, env
from portal.settings.base import *

DEBUG = env.flag("DEBUG", False)
DEMO = True
PORT = env.integer("PORT", 8000, low=1, high=65535)
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{PORT}")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")

# Where DATABASE_URL / REDIS_URL are unset: what manage.py or the launcher started. The stand-ins let a command that
# needs no service load these settings.
embedded.read_state().fill(os.environ)
os.environ.setdefault("DATABASE_URL", "postgres://app@not-started/portal")
os.environ.setdefault("REDIS_URL", "redis://not-started/0")
DATABASES = databases()
REDIS_URL = env.redis_url("REDIS_URL")
CACHES = caches(REDIS_URL)
CELERY_BROKER_URL = REDIS_URL


def _keys() -> dict[str, str]:
    """Secrets of this checkout, made once: losing the file means losing what was encrypted."""
    path = VAR_DIR / "keys.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {
            "secret_key": secrets.token_urlsafe(50),
            "field_key": secrets.token_hex(16),
            "index_key": secrets.token_hex(32),
        }
        embedded.write_private(path, json.dumps(made), replace=False)
    found: dict[str, str] = json.loads(path.read_text())
    return found


_found = _keys()
SECRET_KEY = _found["secret_key"]
FIELD_KEY_ID = "demo"
FIELD_KEYS = {FIELD_KEY_ID: _found["field_key"]}
BLIND_INDEX_KEY = _found["index_key"]

SMS_ADAPTER = "foundation.notices.adapters.console"
REGISTRY_ADAPTER = "applications.registry.demo"
PAYMENT_ADAPTER = "applications.payment.demo"
LIBRARY_ADAPTER = "applications.library.demo"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Static files straight from the apps: nothing to collect, nothing stale. Short caching, because names carry no hash
# here.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 60
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # stays empty; whitenoise warns where it is missing

# Messages are JSON only, so root's worker runs no more than its own code; a demo in a container often has root alone.
warnings.filterwarnings("ignore", category=SecurityWarning)
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3  # Ctrl-C should not take half a minute; the outbox redoes what was cut off
