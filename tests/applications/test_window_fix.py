"""当场更正: one field put right at the window with the applicant beside (行政许可法 art. 32, first paragraph, no. 3)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import FieldFix
from applications.operations import correcting, fixing, intake
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.browsing import text_of
from tests.applications.test_budgets import within
from tests.applications.world import check_all, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
FIELD = "premises-area"


@pytest.fixture
def case(world):
    return intake.receive(actor=world.clerk, number=file_case(world).number)


def fix(world, case, field=FIELD, value="330", signed="paper", who="limin"):
    return fixing.fix_field(actor=world.actor(who), number=case.number, field=field, value=value, signed=signed)


def post(client, case, field=FIELD, value="330", **more):
    data = {"field": field, "_shown": field, field: value, "signed": "1", **more}
    return client.post(reverse("window-fix", args=[case.number]) + "?tab=form", data)


def test_the_field_is_changed_and_both_values_are_kept_sealed(world, case):
    before = case.form[FIELD]
    done = fix(world, case)
    case.refresh_from_db()
    assert case.form[FIELD] == "330" and done.change == [before, "330"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT change FROM applications_fieldfix")
        assert "330" not in str(cursor.fetchone())
    line = case.events.get(kind="field_fixed")
    assert "330" not in f"{line.text}{line.note}{line.data}" and "面积" in line.text
    assert Outbox.objects.filter(kind="paper", key__startswith=f"fix:{case.pk}:").count() == 1


@pytest.mark.parametrize(
    ("change", "refusal", "said"),
    [
        ({"value": "很大"}, Refused, "面积"),
        ({"value": ""}, Refused, "面积"),
        ({"value": "320"}, Refused, "和原来的一样"),
        ({"signed": ""}, Refused, "签字"),
        ({"signed": "online"}, Refused, "签字"),
        ({"field": "no-such"}, Refused, "没有这一栏"),
        ({"who": "zhangting"}, NotAllowed, "窗口"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(world, case, change, refusal, said):
    with pytest.raises(refusal, match=said):
        fix(world, case, **change)
    assert not FieldFix.objects.exists()


def test_a_mark_that_the_field_is_wrong_goes_with_the_fix(world, case):
    correcting.mark_field(actor=world.clerk, number=case.number, field=FIELD, note="和图纸不一致")
    fix(world, case)
    case.refresh_from_db()
    assert case.field_marks == {}


def test_after_acceptance_nothing_is_fixed_on_the_spot(world, case):
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    with pytest.raises(Conflict):
        fix(world, case)


def test_on_the_page_it_is_typed_signed_and_seen_by_the_department(world, clerk, market, case):
    page = text_of(clerk.get(reverse("window-case", args=[case.number]) + f"?tab=form&fix={FIELD}"))
    assert reverse("window-fix", args=[case.number]) in page and "申请人签字" in page
    refused = post(clerk, case, value="很大")
    assert refused.status_code == 422 and 'value="很大"' in text_of(refused)
    unsigned = post(clerk, case, signed="")
    assert unsigned.status_code == 422 and "签了再打勾" in text_of(unsigned)
    assert post(clerk, case).status_code == 302
    assert "补正前：320 平方米" in text_of(clerk.get(reverse("window-case", args=[case.number]) + "?tab=form"))
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    task = case.tasks.get(item_code="food-licence")
    assert "330" in text_of(market.get(reverse("task", args=[task.pk]) + "?paper="))


def test_a_number_that_the_page_masks_is_typed_anew(world, clerk, case):
    page = text_of(clerk.get(reverse("window-case", args=[case.number]) + "?tab=form&fix=applicant-id-number"))
    assert "32072419880315002X" not in page


def test_it_keeps_within_twelve_statements(world, case):
    actor = world.clerk
    with CaptureQueriesContext(connection) as context:
        fixing.fix_field(actor=actor, number=case.number, field=FIELD, value="330", signed="paper")
    within(12, context)
