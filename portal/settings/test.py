"""The test run. Its services are started by tests/services.py before these settings are read."""

import os
import re
import tempfile
from pathlib import Path

from portal import env
from portal.settings.base import *

DEMO = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SITE_URL = "http://testserver"
SECRET_KEY = "test-" + "0123456789abcdef" * 4
FIELD_KEY_ID = "test"
FIELD_KEYS = {FIELD_KEY_ID: "000102030405060708090a0b0c0d0e0f"}
BLIND_INDEX_KEY = "0f" * 32

# The stand-ins serve tools that load these settings without a test run (types, migrations).
os.environ.setdefault("DATABASE_URL", "postgres://app@not-started/portal")
os.environ.setdefault("OWNER_DATABASE_URL", os.environ["DATABASE_URL"])
os.environ.setdefault("REDIS_URL", "redis://not-started/0")
DATABASES = databases("OWNER_DATABASE_URL")
# Every worker of a parallel run has its own database (made by pytest-django) and its own Redis number.
_worker = re.sub(r"[^0-9]", "", os.environ.get("PYTEST_XDIST_WORKER", ""))
REDIS_URL = env.redis_url("REDIS_URL").rpartition("/")[0] + f"/{1 + int(_worker or 0) % 60}"
CACHES = caches(REDIS_URL)
CELERY_BROKER_URL = REDIS_URL
OUTBOX_NUDGE = False  # tests run what is due by deliver_due()

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SMS_ADAPTER = "foundation.notices.adapters.console"
REGISTRY_ADAPTER = "applications.registry.demo"
PAYMENT_ADAPTER = "applications.payment.demo"
LIBRARY_ADAPTER = "applications.library.demo"
FILE_ROOT = Path(tempfile.gettempdir()) / "portal-test-files"  # conftest gives every run its own
WHITENOISE_AUTOREFRESH = True
LOGGING["root"]["level"] = "WARNING"
LOGGING["loggers"]["django"]["level"] = "ERROR"
