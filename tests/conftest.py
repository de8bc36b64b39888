"""Fixtures of every test. Services are started by tests/services.py."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

# The same examples in every run, and no verdict by the clock: a loaded machine fails no property.
hypothesis_settings.register_profile("portal", derandomize=True, deadline=None)
hypothesis_settings.load_profile("portal")


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: object) -> None:
    """Every test has its own empty folder for uploads and papers."""
    setattr(settings, "FILE_ROOT", tmp_path / "files")


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Throttle counters and cached pages of one test do not reach the next."""
    yield
    cache.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """PORTAL_NO_SKIP=1 (in .ci/run): a skipped test is a failed test, because there everything is installed."""
    report = yield
    if report.skipped and os.environ.get("PORTAL_NO_SKIP") == "1" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although PORTAL_NO_SKIP=1: {report.longrepr}"
    return report
