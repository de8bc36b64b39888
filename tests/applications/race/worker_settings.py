"""The test's settings for a worker process: it wakes others as in production."""

import os
from pathlib import Path

from portal.settings.test import *

OUTBOX_NUDGE = True
FILE_ROOT = Path(os.environ["TEST_FILE_ROOT"])
