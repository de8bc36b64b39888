"""`docs/connect-a-department.md` connects a department's system: its Python and its curl are run here as they stand there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from departments.operations.exchange import connect, issue_key
from tests.api.test_systems import KEEPER
from tests.applications.test_looking import bring
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(settings.BASE_DIR)


def block(language: str) -> str:
    """The one block of that language in the page."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs/connect-a-department.md").read_text(), re.DOTALL)
    return str(found)


@pytest.fixture
def environment(committed_world: World, live_server: Any) -> dict[str, str]:
    """What the page tells the department to set."""
    connect(actor=KEEPER, department="fire")
    keys = issue_key(actor=KEEPER, department="fire")
    return {"PORTAL": f"{live_server.url}/api/v1/", "TOKEN": keys.token, "CALL_SECRET": keys.call_secret}


def test_the_python_of_the_page_takes_a_task_and_grants_it(
    committed_world: World, environment: dict[str, str], tmp_path: Path
) -> None:
    free, locked = accepted_case(committed_world), accepted_case(committed_world)
    decide(committed_world, free, "registration")
    bring(committed_world, free, "floor-plan")
    shutil.copy(ROOT / "departments/system_client.py", tmp_path)
    (tmp_path / "system.py").write_text(block("python"))
    plain = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"} | environment
    for _ in range(2):  # run again it does nothing twice
        done = subprocess.run(
            [sys.executable, "system.py"],
            cwd=tmp_path,
            env=plain,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert task_of(free, "fire-check").state == "granted"
    assert task_of(locked, "fire-check").state == "claimed"
    assert "还不能作决定" in done.stdout
    assert free.events.filter(kind="decided", actor_name="系统（消防救援大队）").count() == 1


def test_the_curl_of_the_page_takes_a_task_and_stops_its_clock(
    committed_world: World, environment: dict[str, str], tmp_path: Path
) -> None:
    case = accepted_case(committed_world)
    task = task_of(case, "fire-check")
    plain = {"PATH": os.environ["PATH"], "TASK": str(task.pk)} | environment
    done = subprocess.run(
        ["/bin/bash", "-eu", "-c", block("bash")],
        cwd=tmp_path,
        env=plain,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert task_of(case, "fire-check").state == "suspended"
