"""W15: what is keyed a second time is copied field by field, proved by reading back, timed and counted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import rekeying as rules
from applications.models import Look, Rekeying
from applications.operations import rekeying, review
from applications.rekeying import Line, checksum, unread
from departments.operations.exchange import connect
from foundation.errors import Conflict, Refused
from tests.api.test_systems import KEEPER
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, task_of

ITEM = "registration"


@pytest.mark.parametrize(
    ("value", "text", "stands"),
    [
        ("灌南县新安镇人民路18号", "住所 灌南县新安镇人民路18号 面积 86", True),
        ("灌南县新安镇人民路18号", "住所 灌南县新安镇 人民路１８号", True),
        ("灌南县新安镇人民路18号", "住所 灌南县新安镇人民路81号", False),
        ("32072419880315002X", "证件：32072419880315002x", True),
        ("32072419880315002X", "证件：320724********002X", False),
        ("86", "面积 86 平方米", True),
        ("86", "面积 186 平方米", False),
        ("86", "面积（86）", True),
        ("是", "是否外摆：是", True),
        ("是", "是否外摆：否", False),
        ("第一行\n第二行", "第一行 第二行", True),
        ("张婷", "经营者 张婷 女", True),
        ("张婷", "经营者 张婷婷 女", False),
    ],
)
def test_a_value_is_read_only_where_it_stands_whole(value: str, text: str, stands: bool) -> None:
    assert unread([Line("栏目", value)], text) == ([] if stands else ["栏目"])


def test_the_checksum_is_another_one_for_another_value_and_the_same_for_another_layout() -> None:
    line = Line("面积", "86")
    assert checksum([line]) == checksum([Line("面积", " ８６")]) != checksum([Line("面积", "87")])
    assert checksum([line]) != checksum([Line("座位", "86")])


@pytest.fixture
def copied(world: World):
    case = accepted_case(world)
    task, actor = task_of(case, ITEM), world.reviewer("approval")
    review.claim(actor=actor, task_id=task.pk)
    return case, task, actor


@pytest.mark.django_db
@pytest.mark.usefixtures("on_monday")
class TestCopying:
    def test_only_the_holder_of_a_task_without_a_connected_system_copies(self, world, copied) -> None:
        _, task, actor = copied
        with pytest.raises(Conflict, match="先认领"):
            rekeying.begin_copying(actor=world.reviewer("fire"), task_id=task_of(copied[0], "fire-check").pk)
        connect(actor=KEEPER, department="approval")
        with pytest.raises(Conflict, match="已经接上"):
            rekeying.begin_copying(actor=actor, task_id=task.pk)

    def test_the_holder_sees_full_numbers_and_the_person_reads_who_did(self, copied) -> None:
        case, task, actor = copied
        rekeying.begin_copying(actor=actor, task_id=task.pk)
        assert Look.objects.get(application=case, task=task).get_purpose_display() == "抄到部门自己的系统"
        values = {line.value for line in rekeying.lines_for(task)}
        assert case.number in values and not any("****" in value for value in values)

    def test_begun_twice_it_is_one_copying(self, copied) -> None:
        _, task, actor = copied
        first = rekeying.begin_copying(actor=actor, task_id=task.pk)
        assert rekeying.begin_copying(actor=actor, task_id=task.pk).pk == first.pk
        assert Look.objects.filter(task=task).count() == 1

    def test_a_wrong_value_is_named_and_a_whole_read_back_ends_it_with_its_time(self, copied) -> None:
        _, task, actor = copied
        begun = rekeying.begin_copying(actor=actor, task_id=task.pk)
        Rekeying.objects.filter(pk=begun.pk).update(begun_at=timezone.now() - timedelta(minutes=4))
        lines = rekeying.lines_for(task)
        text = "\n".join(f"{line.label} {line.value}" for line in lines)
        wrong = rekeying.read_back(actor=actor, task_id=task.pk, text=text.replace(lines[2].value, "别的"))
        assert lines[2].label in wrong.misread and wrong.keyed_at is None
        with pytest.raises(Refused, match="整段"):
            rekeying.read_back(actor=actor, task_id=task.pk, text="  ")
        done = rekeying.read_back(actor=actor, task_id=task.pk, text=text, their_number="SC-7788")
        assert (done.misread, done.tries, done.fields) == ([], 2, len(lines))
        assert done.seconds == pytest.approx(240, abs=5) and done.their_number == "SC-7788"
        [row] = rules.counted(timezone.now() - timedelta(days=30))
        assert (row["name"], row["cases"], row["keyed"], row["minutes"], row["misread"]) == (
            "行政审批局",
            1,
            len(lines),
            4,
            1,
        )
        with pytest.raises(Conflict, match="先开始"):
            rekeying.read_back(actor=actor, task_id=task.pk, text=text)

    def test_who_was_called_away_counts_half_an_hour(self, copied) -> None:
        _, task, actor = copied
        begun = rekeying.begin_copying(actor=actor, task_id=task.pk)
        Rekeying.objects.filter(pk=begun.pk).update(begun_at=timezone.now() - timedelta(hours=5))
        text = " ".join(line.value for line in rekeying.lines_for(task))
        assert rekeying.read_back(actor=actor, task_id=task.pk, text=text).seconds == rules.LONGEST

    def test_the_page_keeps_what_was_pasted_and_says_what_is_missing(self, world, copied) -> None:
        case, task, _ = copied
        holder, colleague = sign_in(world, "approval1"), sign_in(world, "approval2")
        address = reverse("task-sheet", args=[task.pk])
        assert "开始抄" in text_of(holder.get(address))
        assert holder.post(address, {"act": "begin"}).status_code == 302
        assert case.number in text_of(holder.get(address))
        assert "正在抄" in text_of(colleague.get(address))
        refused = holder.post(address, {"act": "read", "text": "只有这一句", "their_number": "SC-1"})
        assert refused.status_code == 422 and "没有读到" in text_of(refused)
        assert "只有这一句" in refused.content.decode() and "SC-1" in refused.content.decode()
        text = "\n".join(line.value for line in rekeying.lines_for(task))
        assert holder.post(address, {"act": "read", "text": text}).status_code == 302
        assert "读回一致" in text_of(holder.get(address))
        assert "行政审批局" in text_of(sign_in(world, "zhoutao").get(reverse("exchange")))
