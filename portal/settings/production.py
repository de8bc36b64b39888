"""Production: everything secret or local comes from the environment (or files named by <NAME>_FILE), nothing is
guessed.

Needed: SECRET_KEY, ALLOWED_HOSTS, SITE_URL, DATABASE_URL, REDIS_URL, FIELD_KEYS, FIELD_KEY_ID, BLIND_INDEX_KEY,
FILE_ROOT, VIRUS_SCANNER, SMS_ADAPTER; with the adapter foundation.notices.adapters.gateway also SMS_GATEWAY_URL, SMS_GATEWAY_TOKEN.
"""

import re
from pathlib import Path

from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured

from portal import env
from portal.settings.base import *

SECRET_KEY = env.text("SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    raise ImproperlyConfigured("SECRET_KEY must be random and at least 50 characters long.")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS")
if any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name whole hosts.")
SITE_URL = env.text("SITE_URL").rstrip("/")
if not re.fullmatch(r"https://[^/\s]+", SITE_URL):
    raise ImproperlyConfigured("SITE_URL must look like https://host.")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
STAFF_SECOND_FACTOR = True
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 1, low=0, high=5)
SIGN_IN_SHARED_ADDRESSES = env.names("SIGN_IN_SHARED_ADDRESSES", "")

DATABASES = databases()
REDIS_URL = env.redis_url("REDIS_URL")
CACHES = caches(REDIS_URL)
# A broker of its own is better: the cache may be emptied, the broker must never evict.
CELERY_BROKER_URL = env.redis_url("BROKER_URL", REDIS_URL)

FIELD_KEYS = env.hex_keys("FIELD_KEYS", length=16)
FIELD_KEY_ID = env.choice("FIELD_KEY_ID", env.text("FIELD_KEY_ID"), tuple(FIELD_KEYS))
BLIND_INDEX_KEY = env.hex_key("BLIND_INDEX_KEY", length=32)
if BLIND_INDEX_KEY[:32] in FIELD_KEYS.values() or BLIND_INDEX_KEY[32:] in FIELD_KEYS.values():
    raise ImproperlyConfigured("BLIND_INDEX_KEY must not reuse a field key.")

FILE_ROOT = Path(env.text("FILE_ROOT"))
if not FILE_ROOT.is_absolute():
    raise ImproperlyConfigured("FILE_ROOT must be an absolute path.")
REGISTRY_ADAPTER = env.text("REGISTRY_ADAPTER", "")  # dotted path of a function as applications.registry.demo
PAYMENT_ADAPTER = env.text("PAYMENT_ADAPTER", "")  # dotted path of a function as applications.payment.demo
LIBRARY_ADAPTER = env.text("LIBRARY_ADAPTER", "")  # dotted path of a function as applications.library.demo
CARD_READER = env.text("CARD_READER", "")
if CARD_READER:
    if not re.fullmatch(r"https?://(127\.0\.0\.1|localhost)(:\d+)?(/\S*)?", CARD_READER):
        raise ImproperlyConfigured(
            "CARD_READER must be an address of the clerk's own machine: http://127.0.0.1:port/path."
        )
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"] = [SELF, "/".join(CARD_READER.split("/")[:3])]
VIRUS_SCANNER = env.text("VIRUS_SCANNER")  # clamd; its StreamMaxLength >= 30M
if not re.fullmatch(r"tcp://[^/\s]+:\d+|unix:///\S+", VIRUS_SCANNER):
    raise ImproperlyConfigured("VIRUS_SCANNER must look like tcp://host:port or unix:///path.")
STATIC_ROOT = Path(env.text("STATIC_ROOT", BASE_DIR / "var" / "static"))
SMS_ADAPTER = env.text("SMS_ADAPTER")
if "console" in SMS_ADAPTER:
    raise ImproperlyConfigured("SMS_ADAPTER: the console adapter is for the demo only.")
if SMS_ADAPTER == "foundation.notices.adapters.gateway":
    SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL")
    if not re.fullmatch(r"https://[^/\s]+(/\S*)?", SMS_GATEWAY_URL):
        raise ImproperlyConfigured("SMS_GATEWAY_URL must look like https://host/path: phone numbers travel on it.")
    SMS_GATEWAY_TOKEN = env.text("SMS_GATEWAY_TOKEN")

if OIDC_SERVER_URL:
    if not re.fullmatch(r"https://[^/\s]+(/\S*)?", OIDC_SERVER_URL):
        raise ImproperlyConfigured("OIDC_SERVER_URL must look like https://host/path.")
    for _needed in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        env.text(_needed)

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILE_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the machine itself, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
