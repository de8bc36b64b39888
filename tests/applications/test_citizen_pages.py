"""The citizen's pages in the browser's place: the whole path, who sees what, answers and form."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mandate, Organisation, Person
from applications.models import Application, Draft
from tests.applications.applying import begin, fill, photo, posted, submit
from tests.applications.browsing import sign_in
from tests.applications.world import FORM, file_case, give_mandate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def stranger(world):
    return sign_in(world, "stranger")


def test_the_whole_path_from_the_guide_to_the_receipt(zhang):
    page = zhang.get(reverse("draft-start", args=["noodle-shop"]) + "?scale=large").content.decode()
    assert "300 平方米及以上" in page
    draft = begin(zhang)
    assert draft.answers == {"scale": "large"}
    page = zhang.get(reverse("draft-section", args=[draft.pk, 1])).content.decode()
    assert "来自您的资料" in page
    assert "4\u00a0个部门都用这一栏" in zhang.get(reverse("draft-section", args=[draft.pk, 2])).content.decode()
    draft = fill(zhang, draft)
    response = zhang.post(
        reverse("draft-attach", args=[draft.pk]), {"material": "floor-plan", "files": [photo(), photo("二.jpg")]}
    )
    assert response.status_code == 302
    assert draft.files.count() == 2
    page = zhang.get(reverse("draft-check", args=[draft.pk])).content.decode()
    assert "320\u00a0平方米" in page
    assert "320724********002X" in page
    assert "没有传" in page
    response = submit(zhang, draft)
    case = Application.objects.get()
    assert response.url == reverse("receipt", args=[case.number])
    page = zhang.get(response.url).content.decode()
    assert case.number in page
    assert case.query_code in page
    assert "3\u00a0月\u00a09\u00a0日" in page
    assert "各部门办到哪里" in zhang.get(reverse("track", args=[case.number])).content.decode()
    assert case.number in zhang.get(reverse("my-applications")).content.decode()


# Who sees what


def addresses(world, zhang):
    """Every personal address of 张婷: (name, arguments, methods)."""
    draft = begin(zhang)
    submitted = fill(zhang, begin(zhang))
    submit(zhang, submitted)
    case = Application.objects.get()
    number = [case.number]
    return [
        *[(name, [draft.pk], "GET") for name in ("draft", "draft-materials", "draft-check")],
        ("draft-section", [draft.pk, 1], "GET"),
        *[
            (name, [draft.pk], "POST")
            for name in ("draft", "draft-field-save", "draft-attach", "draft-detach", "draft-submit", "draft-discard")
        ],
        ("draft-section", [draft.pk, 1], "POST"),
        *[(name, number, "GET") for name in ("track", "receipt", "track-progress", "withdraw", "choose")],
        *[
            (name, number, "POST")
            for name in ("answer-correction", "correction-attach", "correction-detach", "withdraw", "choose")
        ],
    ]


def test_a_stranger_finds_nothing_and_a_visitor_signs_in_first(world, zhang, stranger):
    clerk = Client()
    clerk.force_login(world.users["limin"])
    before = Draft.objects.count()
    for name, arguments, method in addresses(world, zhang):
        url = reverse(name, args=arguments)
        for client in (stranger, clerk):
            assert client.generic(method, url).status_code == 404, (name, method)
        response = Client().generic(method, url)
        assert response.status_code == 302, (name, method)
        assert "/sign-in/" in response.url
        back = url if method == "GET" else reverse("my-applications")
        assert response.url.endswith(f"?next={back}"), response.url
    assert Draft.objects.count() == before + 2


@pytest.mark.parametrize("name", ["my-applications", "inbox"])
def test_own_lists_need_an_account(name, world, stranger):
    assert Client().get(reverse(name)).status_code == 302
    assert stranger.get(reverse(name)).status_code == 200


def test_personal_pages_are_never_kept(zhang):
    draft = begin(zhang)
    for url in (reverse("my-applications"), reverse("draft-section", args=[draft.pk, 1])):
        assert "no-store" in zhang.get(url)["Cache-Control"]


def test_signing_in_comes_back_to_the_start_with_the_answers(world):
    url = reverse("draft-start", args=["noodle-shop"])
    response = Client().get(url + "?scale=large&junk=1")
    assert response.status_code == 302
    assert "scale%3Dlarge" in response.url
    assert "junk" not in response.url
    response = Client().post(url, {"scale": "large", "_for": "self"})
    assert "scale%3Dlarge" in response.url


def test_who_has_no_real_name_on_record_is_sent_to_a_window(world):
    client = Client()
    client.force_login(world.users["limin"])
    url = reverse("draft-start", args=["noodle-shop"])
    page = client.get(url).content.decode()
    assert "带身份证到任何一个窗口" in page
    assert "/me/real-name/?next=/apply/" in page or "/me/real-name/?next=" in page
    assert client.post(url, {"_for": "self"}).status_code == 422
    assert not Draft.objects.exists()


def test_an_agent_applies_for_the_company_while_the_mandate_is_in_force(world):
    company = Organisation.objects.create(name="灌河餐饮有限公司", uscc="")
    wang = Person.objects.get(user=world.users["wanglei"])
    url = reverse("draft-start", args=["noodle-shop"])
    client = Client()
    client.force_login(world.users["wanglei"])
    data = {"scale": "large", "_for": f"organisation-{company.pk}"}
    response = client.post(url, data)
    assert response.status_code == 403
    assert "没有委托您" in response.content.decode()

    mandate = give_mandate(company, wang, date(2026, 12, 31))
    assert company.name in client.get(url).content.decode()
    assert client.post(url, data).status_code == 302
    draft = Draft.objects.get()
    assert (draft.organisation, draft.agent) == (company, wang)
    draft = fill(client, draft)

    Mandate.objects.filter(pk=mandate.pk).update(revoked_at=timezone.now())
    response = submit(client, draft)
    assert response.status_code == 403
    assert "委托已经到期或者撤销" in response.content.decode()
    assert not Application.objects.exists()


def test_a_relative_applies_for_the_person_who_authorised_them(world):
    zhang, wang = (Person.objects.get(user=world.users[name]) for name in ("zhangting", "wanglei"))
    client = Client()
    client.force_login(world.users["wanglei"])
    url = reverse("draft-start", args=["buy-flat"])
    assert client.post(url, {"_for": f"person-{zhang.pk}"}).status_code == 422
    give_mandate(zhang, wang, date(2026, 12, 31))
    assert client.post(url, {"_for": f"person-{zhang.pk}"}).status_code == 302
    draft = Draft.objects.get()
    assert (draft.applicant, draft.agent, draft.owner) == (zhang, wang, world.users["wanglei"])


# Answers


def test_other_answers_ask_for_other_things_and_say_which(zhang):
    draft = begin(zhang)
    url = reverse("draft", args=[draft.pk])
    panel = zhang.get(url + "?scale=small", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in panel
    assert "消防安全检查" in panel
    assert "不用了" in panel
    draft.refresh_from_db()
    assert draft.answers == {"scale": "large"}
    agreed = {"version": draft.version, "scale": "small", "_agreed": "scale=small"}
    response = zhang.post(url, agreed, follow=True)
    assert "不用办“消防安全检查”" in response.content.decode()
    draft.refresh_from_db()
    assert draft.answers == {"scale": "small"}


def test_questions_left_open_lead_to_the_questions(zhang):
    response = zhang.post(reverse("draft-start", args=["noodle-shop"]), {"_for": "self", "scale": "huge"})
    draft = Draft.objects.get()
    assert response.url == reverse("draft", args=[draft.pk])
    response = zhang.post(response.url, {"version": draft.version})
    assert response.status_code == 422
    assert "还有情形没有选" in response.content.decode()


# The form


def test_mistakes_are_counted_in_the_title_and_linked_and_what_was_typed_stays(zhang):
    draft = begin(zhang)
    url = reverse("draft-section", args=[draft.pk, 2])
    data = posted(draft, list(FORM)[3:], **{"shop-name": "面<馆>", "premises-area": "很大", "premises-address": ""})
    response = zhang.post(url, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>有 2 处要改：" in page
    for part in (
        'href="#f-premises-area"',
        'id="f-premises-area-wrong"',
        'aria-invalid="true"',
        "很大",
        "面&lt;馆&gt;",
        "要填数字",
    ):
        assert part in page
    draft.refresh_from_db()
    assert draft.form["premises-area"] == "很大"


def test_whoever_begins_a_matter_again_is_shown_what_already_runs(zhang, world):
    case = file_case(world)
    page = zhang.get(reverse("draft-start", args=["noodle-shop"])).content.decode()
    assert "这件事您已经有在办的" in page
    assert reverse("track", args=[case.number]) in page
    other = sign_in(world, "stranger").get(reverse("draft-start", args=["noodle-shop"])).content.decode()
    assert "这件事您已经有在办的" not in other
