"""Publishing by two persons: what one asks for, hash for hash, another approves, from the hour it says."""

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from matters.models import Item, Matter, Release, Revision, Step
from matters.operations.publishing import NotPublishable, drafts, publish_many
from matters.operations.releasing import approve, ask_release, cancel, give_back
from matters.published import NotPublished, catalogue, current_plan
from matters.versions import current_edition
from matters.words import ReleaseState
from tests.applications.race.threads import at_once
from tests.catalogue import FEW, put_catalogue

CODE = "open-restaurant"


def person(username: str, name: str) -> Actor:
    return Actor(user_id=User.objects.create_user(username, name=name).pk, name=name, editor=True)


@pytest.fixture
def author(few: None) -> Actor:
    return person("author", "何静")


@pytest.fixture
def approver(few: None) -> Actor:
    return person("approver", "吴军")


def changed(text: str = "新的说明", code: str = CODE) -> None:
    Matter.objects.filter(pk=code).update(summary=text)


def asked(author: Actor, **other: object) -> Release:
    return ask_release(**{"matters": [CODE], "reason": "改说明", "actor": author, **other})


def test_nothing_changes_for_anybody_until_a_second_person_approves(author: Actor, approver: Actor) -> None:
    changed()
    release = asked(author)
    assert (release.state, current_plan(CODE).number) == (ReleaseState.PENDING, 1)

    revision = approve(release=release.pk, actor=approver)[0]

    release.refresh_from_db()
    assert (release.state, release.decided_by_id) == (ReleaseState.APPROVED, approver.user_id)
    assert (revision.number, revision.reason) == (2, "改说明")
    assert (revision.author_id, revision.approver_id) == (author.user_id, approver.user_id)
    assert (current_plan(CODE).number, current_plan(CODE).plan.summary) == (2, "新的说明")


def test_the_author_approves_nothing_of_his_own(author: Actor) -> None:
    changed()
    release = asked(author)
    with pytest.raises(NotAllowed, match="起草人不能审批"):
        approve(release=release.pk, actor=author)
    with pytest.raises(NotAllowed, match="撤回"):
        give_back(release=release.pk, note="不好", actor=author)
    assert current_plan(CODE).number == 1


def test_who_is_no_editor_any_more_approves_nothing(author: Actor, approver: Actor) -> None:
    changed()
    release = asked(author)
    left = Actor(user_id=approver.user_id, name="吴军")
    for act in (
        lambda: approve(release=release.pk, actor=left),
        lambda: give_back(release=release.pk, note="不好", actor=left),
        lambda: cancel(release=release.pk, actor=left),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Release.objects.get().state == ReleaseState.PENDING


def test_what_was_looked_at_is_what_is_asked_for(author: Actor) -> None:
    changed()
    seen = {CODE: drafts([CODE])[CODE].hash}
    changed("又改了")
    with pytest.raises(Conflict, match="又有改动"):
        asked(author, expected_hashes=seen)
    assert asked(author, expected_hashes={CODE: drafts([CODE])[CODE].hash}).lines.get().plan["summary"] == "又改了"


def test_what_was_edited_after_the_asking_is_not_approved(author: Actor, approver: Actor) -> None:
    changed()
    release = asked(author)
    changed("悄悄改的")
    with pytest.raises(Conflict, match="我要开餐馆"):
        approve(release=release.pk, actor=approver)
    assert (current_plan(CODE).number, Release.objects.get().state) == (1, ReleaseState.PENDING)
    give_back(release=release.pk, note="请核对说明", actor=approver)
    release.refresh_from_db()
    assert (release.state, release.note) == (ReleaseState.RETURNED, "请核对说明")


def test_a_fault_that_a_shared_row_brought_stops_the_approval(author: Actor, approver: Actor) -> None:
    changed()
    release = asked(author)
    Item.objects.filter(pk="fire-safety-check").update(legal_basis=[])
    with pytest.raises(NotPublishable):
        approve(release=release.pk, actor=approver)


def test_one_change_of_a_shared_row_is_published_for_all_its_matters_at_once(author: Actor, approver: Actor) -> None:
    Item.objects.filter(pk="fire-safety-check").update(conditions=["换了条件"])
    using = sorted(Step.objects.filter(item="fire-safety-check").values_list("matter_id", flat=True))
    assert len(using) > 1
    made = approve(release=asked(author, matters=using).pk, actor=approver)
    assert sorted(revision.matter_id for revision in made) == using
    assert not any(draft.differs for draft in drafts().values())


def test_a_settled_release_stays_settled(author: Actor, approver: Actor) -> None:
    changed()
    release = asked(author)
    cancel(release=release.pk, actor=author)
    for act in (
        lambda: approve(release=release.pk, actor=approver),
        lambda: give_back(release=release.pk, note="不好", actor=approver),
        lambda: cancel(release=release.pk, actor=author),
    ):
        with pytest.raises(Conflict, match="已撤回"):
            act()
    with pytest.raises(Refused, match="没有这份"):
        approve(release=release.pk + 1, actor=approver)


def test_only_the_author_takes_back_and_a_return_says_why(author: Actor, approver: Actor) -> None:
    changed()
    release = asked(author)
    with pytest.raises(NotAllowed, match="只有起草人"):
        cancel(release=release.pk, actor=approver)
    with pytest.raises(Refused) as refused:
        give_back(release=release.pk, note="  ", actor=approver)
    assert refused.value.field == "note"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"matters": []}, "没有选中"),
        ({"matters": [CODE, "nothing"]}, "没有这件事"),
        ({"matters": ["get-married"]}, "完全一样"),
        ({"reason": " "}, "请写明"),
        ({"reason": "长" * 301}, "最多 300 字"),
        ({"live_from": timezone.now() - timedelta(minutes=1)}, "现在之后"),
        ({"live_from": timezone.now() + timedelta(days=400)}, "一年之内"),
    ],
)
def test_what_cannot_be_asked_for(author: Actor, other: dict, said: str) -> None:
    changed()
    with pytest.raises(Refused, match=said):
        asked(author, **other)
    assert not Release.objects.exists()


def test_a_matter_waits_for_one_approval_at_a_time(author: Actor, approver: Actor) -> None:
    changed()
    asked(author)
    with pytest.raises(Refused, match="何静 提交的发布申请在等审批"):
        ask_release(matters=[CODE], reason="再改", actor=approver)


def test_a_revision_comes_into_force_at_its_hour_without_anybody_doing_anything(
    author: Actor, approver: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour = timezone.now() + timedelta(days=3)
    changed()
    approve(release=asked(author, live_from=hour).pk, actor=approver)
    assert (current_plan(CODE).number, current_edition(CODE).next_from) == (1, hour)
    assert next(b for b in catalogue() if b.code == CODE).revision_number == 1
    assert not drafts([CODE])[CODE].differs
    monkeypatch.setattr(timezone, "now", lambda: hour)
    assert (current_plan(CODE).number, current_edition(CODE).next_from) == (2, None)
    assert next(b for b in catalogue() if b.code == CODE).revision_number == 2


def test_a_later_revision_never_comes_into_force_before_an_earlier_one(author: Actor, approver: Actor) -> None:
    hour = timezone.now() + timedelta(days=3)
    changed()
    approve(release=asked(author, live_from=hour).pk, actor=approver)
    changed("更新的")
    for sooner in (None, hour - timedelta(hours=1)):
        with pytest.raises(Refused, match="不能比它早"):
            asked(author, live_from=sooner)
    later = approve(release=asked(author, live_from=hour + timedelta(days=1)).pk, actor=approver)[0]
    assert later.number == 3


def test_an_hour_that_passed_while_the_release_waited_means_at_once(author: Actor, approver: Actor) -> None:
    changed()
    release = asked(author, live_from=timezone.now() + timedelta(days=1))
    Release.objects.filter(pk=release.pk).update(live_from=timezone.now() - timedelta(hours=1))
    revision = approve(release=release.pk, actor=approver)[0]
    assert revision.live_from == revision.published_at
    assert current_plan(CODE).number == 2


def test_what_a_load_published_meanwhile_is_not_published_again(author: Actor, approver: Actor) -> None:
    changed()
    release = asked(author)
    publish_many([drafts([CODE])[CODE]], reason="导入")
    with pytest.raises(Conflict, match="已经发布了同样的内容"):
        approve(release=release.pk, actor=approver)
    assert current_plan(CODE).number == 2


def test_a_first_revision_for_later_is_not_there_yet(author: Actor, approver: Actor) -> None:
    row = Matter.objects.get(pk="get-married")
    steps = list(row.steps.all())
    row.pk, row.number, row.name = "get-married-again", 101, "我要再结婚"
    row.save(force_insert=True)
    for step in steps:
        step.pk, step.matter, step.when = None, row, None
        step.save()
    release = asked(author, matters=["get-married-again"], live_from=timezone.now() + timedelta(days=1))
    approve(release=release.pk, actor=approver)
    with pytest.raises(NotPublished):
        current_plan("get-married-again")
    assert len(catalogue()) == len(FEW)


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_publish_once(few_files: Path) -> None:
    put_catalogue(few_files)
    author, second, third = person("author", "何静"), person("second", "吴军"), person("third", "丁宁")
    changed()
    release = asked(author)

    def act(actor: Actor) -> str:
        try:
            return f"第 {approve(release=release.pk, actor=actor)[0].number} 版"
        except Conflict as conflict:
            return conflict.message

    said = sorted(at_once([lambda: act(second), lambda: act(third)]))
    assert said == ["第 2 版", "这份申请已批准，不能再处理。"]
    assert Revision.objects.filter(matter=CODE).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_for_the_same_matter_at_once_make_one_release(few_files: Path) -> None:
    put_catalogue(few_files)
    people = [person("first", "何静"), person("second", "吴军")]
    changed()

    def ask(actor: Actor) -> str:
        try:
            asked(actor)
        except Refused as refused:
            return refused.message[-18:]
        return "提交了"

    said = at_once([lambda: ask(people[0]), lambda: ask(people[1])])
    assert said.count("提交了") == 1 and Release.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_edit_that_is_saved_while_the_approval_runs_is_seen_by_it(few_files: Path) -> None:
    put_catalogue(few_files)
    author, approver = person("author", "何静"), person("approver", "吴军")
    changed()
    release = asked(author)
    saving = threading.Event()

    def save() -> str:
        with transaction.atomic():
            changed("审批时改的")
            saving.set()
            until_somebody_waits()
        return "保存了"

    def settle() -> str:
        assert saving.wait(20)
        try:
            approve(release=release.pk, actor=approver)
        except Conflict as conflict:
            return conflict.message[:10]
        return "批准了"

    assert at_once([save, settle]) == ["保存了", "提交之后内容又有改动"]
    assert current_plan(CODE).number == 1


def until_somebody_waits() -> None:
    """Returns once another connection waits for a row of this transaction."""
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")
