"""I4: an exempt paper is asked about where it was issued; the answer is kept with its time, a fault falls back to paper."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import registry
from applications.models import Application, Verification
from applications.operations import review, verifying
from applications.registry import Answer, Fault, Question
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver_due
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ASKED: list[Question] = []
SAYS: list[Answer | Exception] = []


def register(question: Question) -> Answer:
    """An adapter as a real one would be."""
    ASKED.append(question)
    if isinstance(SAYS[0], Exception):
        raise SAYS[0]
    return SAYS[0]


@pytest.fixture(autouse=True)
def other_side(settings):
    settings.REGISTRY_ADAPTER = "tests.applications.test_verifying.register"
    ASKED.clear()
    SAYS[:] = [Answer(True, "省共享平台", "不动产权证 2021-0088：有效")]
    yield
    ASKED.clear()


@pytest.fixture
def exempt(world: World):
    """An accepted case, an exempt paper of it, the holder of a task that uses the paper."""
    case = accepted_case(world)
    paper = case.materials.filter(state="exempt").order_by("position").first()
    assert paper is not None, "the fixture's matter has an exempt paper"
    task = case.tasks.get(item_code=paper.used_by[0])
    holder = world.reviewer(task.department_id)
    review.claim(actor=holder, task_id=task.pk)
    return case, paper.material_code, task, holder


def ask(case: Application, code: str, actor) -> Verification:
    return verifying.verify(actor=actor, number=case.number, material_code=code)


def test_the_answer_comes_with_source_and_time_the_purpose_is_the_case(exempt) -> None:
    case, code, _, holder = exempt
    assert ask(case, code, holder).state == "asked"
    entry = Outbox.objects.get(kind="verify")
    assert case.applicant.name not in str(entry.payload) and case.applicant.id_number not in str(entry.payload)
    deliver_due()
    row = Verification.objects.get()
    assert (row.state, row.value, row.source) == ("found", "不动产权证 2021-0088：有效", "省共享平台")
    assert row.answered_at and row.valid_until and ASKED[0].purpose == case.number


def test_an_answer_that_holds_is_not_asked_again_until_its_day(exempt) -> None:
    case, code, _, holder = exempt
    ask(case, code, holder)
    ask(case, code, holder)
    deliver_due()
    ask(case, code, holder)
    deliver_due()
    assert len(ASKED) == 1
    Verification.objects.update(valid_until=timezone.now() - timedelta(days=1))
    ask(case, code, holder)
    deliver_due()
    assert len(ASKED) == 2


@pytest.mark.parametrize(
    ("says", "state", "word"),
    [
        (Fault("down"), "failed", "共享平台没有答复"),
        (Answer(False, "省共享平台"), "not_found", "共享平台没有查到"),
    ],
)
def test_no_answer_falls_back_to_paper_and_blocks_nothing(world, exempt, says, state, word) -> None:
    case, code, task, holder = exempt
    SAYS[:] = [says]
    ask(case, code, holder)
    deliver_due()
    assert Verification.objects.get().state == state
    account = {"approval": "approval1", "market": "market1", "fire": "fire1"}[task.department_id]
    page = text_of(sign_in(world, account).get(reverse("task", args=[task.pk]), {"paper": code}))
    assert word in page and "请看纸质件" in page and "再核验一次" in page
    SAYS[:] = [Answer(True, "省共享平台", "有效")]
    ask(case, code, holder)
    deliver_due()
    assert Verification.objects.get().state == "found"


def test_who_does_not_need_the_answer_does_not_ask(world, exempt, settings) -> None:
    case, code, task, holder = exempt
    other = next(world.reviewer(name) for name in ("tax", "fire", "market") if name != task.department_id)
    for actor, error in ((other, NotAllowed), (world.zhang, NotAllowed)):
        with pytest.raises(error):
            ask(case, code, actor)
    with pytest.raises(Refused, match="不是由系统核验"):
        ask(case, "no-such-paper", holder)
    settings.REGISTRY_ADAPTER = ""
    with pytest.raises(Conflict, match="看纸质件"):
        ask(case, code, holder)
    assert not registry.available() and not Verification.objects.exists()


def test_both_desks_ask_and_read_the_answer(world, exempt) -> None:
    _, code, task, _ = exempt
    account = {"approval": "approval1", "market": "market1", "fire": "fire1"}[task.department_id]
    reviewer = sign_in(world, account)
    assert "向共享平台核验" in text_of(reviewer.get(reverse("task", args=[task.pk]), {"paper": code}))
    assert reviewer.post(reverse("task-verify", args=[task.pk]), {"material": code}).status_code == 302
    deliver_due()
    assert "不动产权证 2021-0088：有效" in text_of(reviewer.get(reverse("task", args=[task.pk]), {"paper": code}))
    filed = file_case(world)
    clerk = sign_in(world, "limin")
    clerk.post(reverse("window-receive", args=[filed.number]))
    page = text_of(clerk.get(reverse("window-case", args=[filed.number]), {"open": code}))
    assert "向共享平台核验" in page
    assert clerk.post(reverse("window-verify", args=[filed.number]), {"material": code}).status_code == 302
    deliver_due()
    assert "不动产权证 2021-0088：有效" in text_of(clerk.get(reverse("window-case", args=[filed.number])))
