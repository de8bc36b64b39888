"""市县联办: the county's pre-review goes up, the city decides under its own number, the citizen has one date."""

import pytest
from django.urls import reverse

from accounts.models import User
from applications.models import Approval, Task
from applications.operations import approving, review, supplementing
from applications.states import Outcome, TaskState
from departments.models import Post, Rank, Role
from foundation.errors import NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.browsing import address, sign_in, text_of
from tests.applications.world import accepted_case, decide, task_of

ISSUED = "连文旅行审〔2026〕17 号"


@pytest.fixture
def passed_up(world):
    case = accepted_case(world, "travel-agency")
    decide(world, case, "travel-precheck")
    return case


def test_the_citys_number_stands_as_the_city_issued_it(world, passed_up):
    assert decide(world, passed_up, "travel-licence", issued_number=f" {ISSUED} ").decision_number == ISSUED
    passed_up.refresh_from_db()
    assert passed_up.outcome == Outcome.GRANTED


def test_without_a_number_of_its_own_the_portal_gives_one(world, passed_up):
    assert decide(world, passed_up, "travel-licence").decision_number


def test_a_refusal_of_the_city_bears_its_number_too(world, passed_up):
    task = decide(world, passed_up, "travel-licence", "refuse", issued_number=ISSUED)
    assert (task.state, task.decision_number) == (TaskState.REFUSED, ISSUED)


def test_one_number_of_the_city_is_one_decision(world, passed_up):
    decide(world, passed_up, "travel-licence", issued_number=ISSUED)
    other = accepted_case(world, "travel-agency")
    decide(world, other, "travel-precheck")
    with pytest.raises(Refused, match="已经用在另一份决定上"):
        decide(world, other, "travel-licence", issued_number=ISSUED)


def test_a_department_of_the_county_takes_its_number_from_the_series(world):
    case = accepted_case(world)
    with pytest.raises(Refused, match="由系统编"):
        decide(world, case, "sign-filing", issued_number=ISSUED)


def test_the_file_goes_up_into_the_citys_own_queue_and_is_no_decision_of_the_county(world):
    case = accepted_case(world, "travel-agency")
    city, county = world.reviewer("city-culture-tourism"), world.reviewer("culture-tourism")
    assert task_of(case, "travel-licence").state == TaskState.WAITING
    decide(world, case, "travel-precheck")
    task = task_of(case, "travel-licence")
    assert task.state == TaskState.OPEN
    assert list(Task.objects.of_departments(city)) == [task]
    assert task not in Task.objects.of_departments(county)
    assert not Outbox.objects.filter(payload__kind="decision-grant").exists(), "转报 is no decision and no paper"


def test_the_citizen_has_one_date_before_and_after_the_file_goes_up(world):
    case = accepted_case(world, "travel-agency")
    promised = case.promised_due
    decide(world, case, "travel-precheck")
    case.refresh_from_db()
    assert case.promised_due == promised


def test_the_city_types_its_number_on_the_page_of_its_task(world, passed_up):
    task = task_of(passed_up, "travel-licence")
    client = sign_in(world, "city-culture-tourism1")
    client.post(address("task-claim", task))
    assert "本机关决定书的文号" in client.get(address("task", task)).content.decode()
    said = client.post(address("task-decide", task), {"verdict": "grant", "issued_number": ISSUED}, follow=True)
    assert said.status_code == 200
    assert task_of(passed_up, "travel-licence").decision_number == ISSUED


def test_the_county_has_no_such_field(world):
    case = accepted_case(world)
    task = task_of(case, "sign-filing")
    client = sign_in(world, "urban-management1")
    client.post(address("task-claim", task))
    assert "本机关决定书的文号" not in client.get(address("task", task)).content.decode()


def test_what_the_city_asks_reaches_the_applicant_through_the_county_window_alone(world, passed_up):
    task, city = task_of(passed_up, "travel-licence"), world.reviewer("city-culture-tourism")
    review.claim(actor=city, task_id=task.pk)
    paper = passed_up.materials.filter(used_by__contains=[task.item_code]).first()
    asks = [{"material": paper.material_code, "text": "写清人数"}]
    asked = supplementing.ask_supplement(actor=city, task_id=task.pk, asks=asks, reason="新规定")
    with pytest.raises(Approval.DoesNotExist):
        approving.answer_approval(actor=world.supervisor, approval_id=asked.pk, approve=True)
    with pytest.raises(NotAllowed, match="综合窗口"):
        approving.pass_on(actor=city, number=passed_up.number, approval_id=asked.pk, agree=True)
    clerk, page = sign_in(world, "limin"), reverse("window-pass-on", args=[passed_up.number])
    assert "等窗口转" in text_of(clerk.get(reverse("window-case", args=[passed_up.number])))
    assert passed_up.number in text_of(clerk.get(reverse("window")))
    assert "写一句为什么" in text_of(clerk.post(page, {"approval": asked.pk, "say": "no"}))
    assert not supplementing.open_supplements(passed_up)
    other = accepted_case(world, "travel-agency")
    elsewhere = reverse("window-pass-on", args=[other.number])
    assert clerk.post(elsewhere, {"approval": asked.pk, "say": "yes"}).status_code == 404
    clerk.post(page, {"approval": asked.pk, "say": "yes"})
    assert [one.pk for one in supplementing.open_supplements(passed_up)] == [asked.pk]


def test_the_supervisor_counts_what_is_with_the_city(world, passed_up):
    boss = sign_in(world, "zhoutao")
    assert "转报上级、等上级决定的 <b>1</b>" in text_of(boss.get(reverse("supervise")))
    assert passed_up.number in text_of(boss.get(reverse("supervise-list") + "?list=passed-up"))
    decide(world, passed_up, "travel-licence")
    assert passed_up.number not in text_of(boss.get(reverse("supervise-list") + "?list=passed-up"))


def test_the_number_typed_by_the_first_signer_reaches_the_last(world, passed_up):
    task = task_of(passed_up, "travel-licence")
    Task.objects.filter(pk=task.pk).update(review_steps=2)
    head = User.objects.create(username="city-head", name="市局批准人")
    Post.objects.create(user=head, role=Role.REVIEWER, department_id="city-culture-tourism", rank=Rank.APPROVE)
    world.users["city-head"] = head
    browser = sign_in(world, "city-culture-tourism1")
    browser.post(address("task-claim", task))
    browser.post(address("task-propose", task), {"verdict": "grant", "opinion": "符合", "issued_number": ISSUED})
    last = sign_in(world, "city-head")
    last.post(address("task-claim", task))
    assert f'value="{ISSUED}"' in text_of(last.get(address("task", task)))
