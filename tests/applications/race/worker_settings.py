"""The test's settings for a worker process: it wakes others as in production."""

from portal.settings.test import *

OUTBOX_NUDGE = True
