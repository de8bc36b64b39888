"""I7: the records of ended cases go to the province each night; what is wrong stays with its sentence until it is right."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from applications import library
from applications.models import Application, LibraryRecord, Task
from applications.operations import reporting
from applications.operations.recording import event, record
from applications.quality import faults_of
from foundation.errors import NotAllowed
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver_due
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, decide, task_of

ITEMS = ("registration", "fire-check", "food-licence", "sign-filing")


def good() -> dict[str, Any]:
    """A record with nothing wrong in it."""
    item = {
        "name": "食品经营许可",
        "state": "granted",
        "decided_on": date(2026, 3, 9),
        "decision_number": "灌审许〔2026〕1号",
    }
    return {
        "applicant": {"name": "张婷", "id_type": "id_card", "id_number": "32072419880315002X"},
        "organisation": {"uscc": "91330100799655058B"},
        "state": "concluded",
        "outcome": "granted",
        "submitted_on": date(2026, 3, 2),
        "accepted_on": date(2026, 3, 2),
        "concluded_on": date(2026, 3, 9),
        "delivered_on": None,
        "items": [item],
    }


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def carry_out(record: dict[str, Any]) -> None:
        *way, last = path.split(".")
        for step in way:
            record = record[int(step)] if step.isdigit() else record[step]
        record[last] = value

    return carry_out


@pytest.mark.parametrize(
    ("bad", "dimension", "says"),
    [
        (change("applicant.name", " "), "完整", "没有申请人姓名"),
        (change("applicant.id_number", ""), "完整", "没有申请人证件号码"),
        (change("outcome", ""), "完整", "没有写结果"),
        (change("concluded_on", None), "完整", "没有办结时间"),
        (change("items.0.decided_on", None), "完整", "没有决定时间"),
        (change("items.0.decision_number", ""), "完整", "没有文号"),
        (change("applicant.id_number", "320724198803150021"), "有效", "证件号码不对"),
        (change("organisation.uscc", "91330100799655058A"), "有效", "单位的代码不对"),
        (change("accepted_on", date(2026, 3, 1)), "一致", "受理（2026-03-01）比提交"),
        (change("items.0.decided_on", date(2026, 3, 1)), "一致", "最早的决定"),
        (change("concluded_on", date(2026, 3, 8)), "一致", "办结（2026-03-08）比最早的决定"),
        (change("delivered_on", date(2026, 3, 8)), "一致", "送达"),
        (change("items.0.state", "refused"), "一致", "却有不予"),
        (change("outcome", "refused"), "一致", "却有准予"),
    ],
)
def test_each_seeded_fault_is_found_alone_and_a_good_record_has_none(bad, dimension: str, says: str) -> None:
    assert faults_of(good()) == []
    record = good()
    bad(record)
    [fault] = faults_of(record)
    assert fault.dimension == dimension and says in fault.text
    assert "3207241988" not in fault.text


def test_a_number_that_another_case_bears_too_is_found() -> None:
    [fault] = faults_of(good(), {"灌审许〔2026〕1号"})
    assert fault.dimension == "唯一" and "别的件也用了" in fault.text


def night(after: int = 1) -> int:
    """The night so many days on."""
    with time_machine.travel(timezone.now() + timedelta(days=after), tick=False):
        count = reporting.upload_ended()
        deliver_due()
        return count


def ended(world: World) -> Application:
    case = accepted_case(world)
    for item in ITEMS:
        decide(world, case, item)
    case.refresh_from_db()
    assert case.state == "concluded"
    return case


SEEN: list[list[library.Record]] = []
REFUSES: dict[str, str] = {}


def province(records) -> library.Answer:
    """An adapter as a real one would be: a function that takes records."""
    if "down" in REFUSES:
        raise library.Fault("away")
    SEEN.append(list(records))
    taken = {one["number"]: f"JS-{one['number']}" for one in records if one["number"] not in REFUSES}
    return library.Answer("省办件库", taken, {n: why for n, why in REFUSES.items() if n not in taken})


@pytest.fixture
def to_the_province(settings):
    settings.LIBRARY_ADAPTER = "tests.applications.test_reporting.province"
    SEEN.clear()
    REFUSES.clear()
    yield REFUSES
    SEEN.clear()
    REFUSES.clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("on_monday")
class TestNights:
    def test_a_real_case_has_nothing_wrong_goes_once_and_again_when_something_happened(
        self, world, to_the_province
    ) -> None:
        accepted_case(world)
        case = ended(world)
        assert night() == 1
        row = LibraryRecord.objects.get()
        assert (row.application_id, row.state, row.their_number) == (case.pk, "taken", f"JS-{case.number}")
        assert row.faults == [] and len(row.sha256) == 64
        night(2)  # the papers were served meanwhile, the record is the same
        assert night(3) == 0 and len(SEEN) == 1
        Application.objects.filter(pk=case.pk).update(delivered_at=timezone.now(), state="delivered")
        record([event(case, "handed_over", "领走了", world.clerk)])
        assert night(4) == 1 and len(SEEN) == 2 and SEEN[1][0]["delivered_on"]

    def test_what_is_wrong_is_not_sent_and_goes_when_it_is_right(self, world, to_the_province) -> None:
        case = ended(world)
        number = Person.objects.get(pk=case.applicant_id).id_number
        Person.objects.filter(pk=case.applicant_id).update(id_number="320724198803150021")
        night()
        row = LibraryRecord.objects.get()
        assert (row.state, row.faults[0][0], SEEN) == ("held", "有效", [])
        Person.objects.filter(pk=case.applicant_id).update(id_number=number)
        night(2)
        assert LibraryRecord.objects.get().state == "taken" and len(SEEN) == 1

    def test_two_cases_with_one_number_are_both_held(self, world, to_the_province) -> None:
        first, second = ended(world), ended(world)
        task = task_of(first, "fire-check")
        Task.objects.filter(application=second, item_code="fire-check").update(decision_number=task.decision_number)
        night()
        assert {row.state for row in LibraryRecord.objects.all()} == {"held"}

    def test_what_the_province_gives_back_stands_there_with_its_reason_and_can_go_again(
        self, world, to_the_province
    ) -> None:
        case = ended(world)
        to_the_province[case.number] = "事项编码没有登记"
        night()
        supervisor, address = sign_in(world, "zhoutao"), reverse("supervise-library")
        assert "事项编码没有登记" in text_of(supervisor.get(address))
        with pytest.raises(NotAllowed):
            reporting.upload_again(actor=world.clerk)
        to_the_province.clear()
        assert supervisor.post(address).status_code == 302
        deliver_due()
        assert LibraryRecord.objects.get().state == "taken"
        assert "没有要改的" in text_of(supervisor.get(address))

    def test_a_library_that_is_down_loses_nothing(self, world, to_the_province) -> None:
        ended(world)
        to_the_province["down"] = "yes"
        night()
        row = Outbox.objects.get(kind="library")
        assert row.attempts == 0 and not LibraryRecord.objects.exists() and "320724198" not in str(row.payload)
        to_the_province.clear()
        Outbox.objects.update(due_at=timezone.now())
        deliver_due()
        assert LibraryRecord.objects.get().state == "taken"

    def test_without_a_library_the_records_are_checked_and_wait(self, world, settings) -> None:
        settings.LIBRARY_ADAPTER = ""
        ended(world)
        night()
        assert LibraryRecord.objects.get().state == "waiting"
        assert "还没有接省办件库" in text_of(sign_in(world, "zhoutao").get(reverse("supervise-library")))

    def test_the_demonstration_says_what_it_is(self, world) -> None:
        ended(world)
        night()
        assert LibraryRecord.objects.get().source == library.DEMO_SOURCE
        assert "演示办件库" in text_of(sign_in(world, "zhoutao").get(reverse("supervise-library")))
