"""材料库: how far a paper is trusted, whose it is, taken into the next draft without a copy, and taken out again."""

from datetime import date

import pytest
from django.urls import reverse

from applications.models import MaterialFile, VaultPaper
from applications.operations import drafting, intake, submission, uploading, vault
from foundation.errors import Refused
from foundation.files.models import StoredFile
from tests.applications.applying import begin, photo
from tests.applications.test_materials import PLAN, add
from tests.applications.world import FORM, check_all, give_mandate

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("seen", "found", "case_state", "confirmed", "expected"),
    [
        (True, "received", "accepted", False, "B"),
        (True, "received", "received", False, "B"),
        (False, "received", "received", False, "C"),
        (False, "received", "concluded", False, "C"),
        (False, "awaiting", "accepted", False, "C"),
        (False, "awaiting", "submitted", False, "D"),
        (True, "awaiting", "withdrawn", False, "D"),
        (True, "wrong", "accepted", False, "D"),
        (False, "exempt", "accepted", True, "A"),
        (False, "wrong", "accepted", True, "D"),
    ],
)
def test_trust_follows_from_what_became_of_the_paper(seen, found, case_state, confirmed, expected):
    assert vault.grade(seen=seen, found=found, case_state=case_state, confirmed=confirmed) == expected


def filed(world, account="zhangting"):
    actor = world.actor(account)
    draft = drafting.start_draft(actor=actor, matter_code="noodle-shop", answers={"scale": "large"})
    row = uploading.attach(actor=actor, draft_id=draft.pk, material_code=PLAN, upload=photo(), name="图.jpg")
    drafting.fill_in(actor=actor, draft_id=draft.pk, version=1, values=FORM)
    return submission.submit(actor=actor, draft_id=draft.pk), row.file


def own(world, account="zhangting"):
    actor = world.actor(account)
    return vault.papers_of(actor, vault.holders_of(actor)[0])


def test_a_paper_of_a_filed_case_is_in_the_vault_and_gains_trust(world):
    case, file = filed(world)
    assert [(p.file.pk, p.grade, p.held) for p in own(world)] == [(file.pk, "D", True)]
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    assert own(world)[0].grade in "BC"


def test_only_own_papers_are_seen_and_taken(world):
    _, file = filed(world)
    assert own(world, "stranger") == []
    zhang = world.users["zhangting"].person
    give_mandate(zhang, world.users["wanglei"].person, date(2030, 1, 1))
    assert vault.papers_of(world.wang, vault.Holder(zhang.pk)) == []
    draft = drafting.start_draft(actor=world.stranger, matter_code="noodle-shop", answers={"scale": "large"})
    with pytest.raises(Refused, match="没有这份"):
        vault.reuse(actor=world.stranger, draft_id=draft.pk, material_code=PLAN, stored_id=file.pk)


def test_one_press_takes_the_same_file_into_the_next_draft_and_two_take_it_once(world, zhang):
    _, file = filed(world)
    draft = begin(zhang)
    page = zhang.get(reverse("draft-materials", args=[draft.pk])).content.decode()
    assert "用以前交过的" in page
    for _ in range(2):
        zhang.post(reverse("draft-reuse", args=[draft.pk]), {"material": PLAN, "stored": str(file.pk)})
    assert list(draft.files.values_list("file_id", flat=True)) == [file.pk]
    assert StoredFile.objects.filter(sha256=file.sha256).count() == 1
    assert MaterialFile.objects.filter(file=file).count() == 2


@pytest.mark.parametrize("stored", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_what_is_not_in_the_vault_is_refused_in_words(world, zhang, stored):
    draft = begin(zhang)
    answer = zhang.post(reverse("draft-reuse", args=[draft.pk]), {"material": PLAN, "stored": stored})
    assert answer.status_code == 422
    assert "材料库" in answer.content.decode()


def test_an_expired_paper_is_not_offered_and_says_so(world, zhang, on_monday):
    _, file = filed(world)
    zhang.post(reverse("vault-validity", args=[file.pk]), {"until": "2026-03-01"})
    assert "过期" in zhang.get(reverse("my-vault")).content.decode()
    draft = begin(zhang)
    assert "用以前交过的" not in zhang.get(reverse("draft-materials", args=[draft.pk])).content.decode()
    assert zhang.post(reverse("vault-validity", args=[file.pk]), {"until": "1.3.2026"}).status_code == 422
    zhang.post(reverse("vault-validity", args=[file.pk]), {"until": ""})
    assert own(world)[0].valid_until is None


def test_a_kept_file_outlives_its_draft_and_goes_when_the_owner_says(world, zhang):
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    row = add(world, draft)
    for _ in range(2):
        vault.keep(actor=world.zhang, draft_id=draft.pk, file_id=row.pk)
    drafting.discard(actor=world.zhang, draft_id=draft.pk)
    assert [(p.grade, p.held) for p in own(world)] == [("D", False)]
    assert zhang.get(reverse("vault-file", args=[row.file_id])).status_code == 200
    zhang.post(reverse("vault-forget", args=[row.file_id]))
    assert not VaultPaper.objects.exists()


def test_what_a_case_holds_stays(world, zhang):
    _, file = filed(world)
    answer = zhang.post(reverse("vault-forget", args=[file.pk]))
    assert answer.status_code == 422
    assert "存档" in answer.content.decode()
