"""The citizen's pages in the browser's place: the whole path, who sees what, and whatever people send."""

import io
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Mandate, Organisation, Person
from applications.models import Application, Draft, MaterialFile
from tests.applications.world import FORM, give_mandate

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02 09:30 +0800"


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def zhang(world):
    client = Client()
    client.force_login(world.users["zhangting"])
    return client


@pytest.fixture
def stranger(world):
    client = Client()
    client.force_login(world.users["stranger"])
    return client


def photo(name="照片.jpg"):
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "JPEG")
    data.seek(0)
    data.name = name
    return data


def begin(client, matter="noodle-shop", query="?scale=large", **extra):
    answers = dict(pair.split("=") for pair in query.lstrip("?").split("&") if pair)
    response = client.post(reverse("draft-start", args=[matter]), {"_for": "self", **answers, **extra})
    assert response.status_code == 302, response.content.decode()
    return Draft.objects.latest("created_at")


def posted(draft, codes, **values):
    return {"version": draft.version, "_shown": list(codes), **values}


def fill(client, draft):
    """Fill in both sections as a browser would."""
    for number, codes in ((1, list(FORM)[:3]), (2, list(FORM)[3:])):
        draft.refresh_from_db()
        data = posted(draft, codes, **{code: FORM[code] for code in codes})
        response = client.post(reverse("draft-section", args=[draft.pk, number]), data)
        assert response.status_code == 302, response.content.decode()
    draft.refresh_from_db()
    return draft


def submit(client, draft, **extra):
    data = {"version": draft.version, "handover": "window", "promise": "yes", **extra}
    return client.post(reverse("draft-submit", args=[draft.pk]), data)


def test_the_whole_path_from_the_guide_to_the_receipt(zhang):
    page = zhang.get(reverse("draft-start", args=["noodle-shop"]) + "?scale=large").content.decode()
    assert "300 平方米及以上" in page
    draft = begin(zhang)
    assert draft.answers == {"scale": "large"}
    page = zhang.get(reverse("draft-section", args=[draft.pk, 1])).content.decode()
    assert "从您的实名信息带来" in page
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
    assert "带身份证到任何一个窗口" in client.get(url).content.decode()
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
    response = zhang.post(url, {"version": draft.version, "scale": "small"}, follow=True)
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


def test_autosave_keeps_everything_and_hands_out_the_next_version(zhang):
    draft = begin(zhang)
    url = reverse("draft-field-save", args=[draft.pk])
    response = zhang.post(url, posted(draft, ["shop-name"], **{"shop-name": "面馆"}), headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "已保存" in page
    assert 'name="version" id="version" value="2"' in page
    draft.refresh_from_db()
    assert draft.form["shop-name"] == "面馆"
    assert draft.form["applicant-name"] == "张婷"


def test_a_conflict_keeps_both_texts_and_the_next_save_decides(zhang):
    draft = begin(zhang)
    codes = list(FORM)[3:]
    other = {**FORM, "shop-name": "手机上写的店名"}
    zhang.post(reverse("draft-field-save", args=[draft.pk]), posted(draft, codes, **{c: other[c] for c in codes}))
    mine = {**FORM, "shop-name": "电脑上写的店名"}
    data = posted(draft, codes, **{code: mine[code] for code in codes})
    response = zhang.post(reverse("draft-section", args=[draft.pk, 2]), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "手机上写的店名" in page
    assert "电脑上写的店名" in page
    draft.refresh_from_db()
    assert draft.form["shop-name"] == "手机上写的店名"
    data["version"] = draft.version
    assert zhang.post(reverse("draft-section", args=[draft.pk, 2]), data).status_code == 302
    draft.refresh_from_db()
    assert draft.form["shop-name"] == "电脑上写的店名"
    response = zhang.post(reverse("draft-field-save", args=[draft.pk]), data | {"version": 1})
    assert response.status_code == 409
    assert "点下面的“保存”看两边" in response.content.decode()


# Materials


def test_a_refused_file_says_why_beside_the_paper_and_loses_no_other(zhang):
    draft = begin(zhang)
    url = reverse("draft-attach", args=[draft.pk])
    bad = io.BytesIO(b"no pdf at all")
    bad.name = "图纸.pdf"
    response = zhang.post(url, {"material": "floor-plan", "files": [photo(), bad]})
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>有文件没有收下" in page
    assert "“图纸.pdf”的内容不是 .pdf" in page
    assert draft.files.count() == 1
    part = zhang.post(url, {"material": "floor-plan", "files": [photo("三.jpg")]}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    assert "三.jpg" in part.content.decode()
    assert zhang.post(url, {"material": "floor-plan"}).status_code == 422
    assert zhang.post(url, {"material": "passport", "files": [photo()]}).status_code == 404


def test_taking_a_file_out_twice_is_taking_it_out(zhang):
    draft = begin(zhang)
    zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": "floor-plan", "files": [photo()]})
    file = MaterialFile.objects.get()
    for _ in range(2):
        response = zhang.post(reverse("draft-detach", args=[draft.pk]), {"material": "floor-plan", "file": file.pk})
        assert response.status_code == 302
    assert not draft.files.exists()


def test_a_file_is_shown_to_its_owner_safely_and_to_nobody_else(world, zhang, stranger):
    draft = begin(zhang)
    zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": "floor-plan", "files": [photo()]})
    url = reverse("case-file", args=[MaterialFile.objects.get().pk])
    response = zhang.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
    assert stranger.get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_a_reviewer_sees_the_files_their_own_item_uses_and_no_others(world, zhang):
    draft = fill(zhang, begin(zhang))
    for code in ("floor-plan", "application-form"):
        zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": code, "files": [photo()]})
    submit(zhang, draft)
    used, other = (MaterialFile.objects.get(material_code=c).pk for c in ("floor-plan", "application-form"))
    expected = {"fire1": (200, 404), "market1": (200, 404), "urban-management1": (404, 200), "tax1": (404, 404)}
    for account, statuses in {**expected, "limin": (200, 200), "zhangting": (200, 200), "stranger": (404, 404)}.items():
        client = Client()
        client.force_login(world.users[account])
        found = tuple(client.get(reverse("case-file", args=[pk])).status_code for pk in (used, other))
        assert found == statuses, account


# Sending


def test_a_form_with_mistakes_is_not_sent_and_links_to_each(zhang):
    draft = begin(zhang)
    page = zhang.get(reverse("draft-check", args=[draft.pk])).content.decode()
    assert "表格有" in page
    response = submit(zhang, draft)
    page = response.content.decode()
    assert response.status_code == 422
    assert f"{reverse('draft-section', args=[draft.pk, 2])}?check=1#f-shop-name" in page
    page = zhang.get(reverse("draft-section", args=[draft.pk, 2]) + "?check=1").content.decode()
    assert "还没有填" in page
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"promise": ""}, 422, "请先看承诺"),
        ({"handover": "pigeon"}, 422, "请选一种取件方式"),
        ({"version": "1"}, 409, "在别的页面改过"),
        ({"version": "x" * 99}, 409, "在别的页面改过"),
    ],
)
def test_what_stops_a_filing_says_so_and_files_nothing(zhang, change, status, words):
    draft = fill(zhang, begin(zhang))
    response = submit(zhang, draft, **change)
    assert response.status_code == status
    assert words in response.content.decode()
    assert not Application.objects.exists()


def test_sending_twice_is_sending_once(zhang):
    draft = fill(zhang, begin(zhang))
    first, second = submit(zhang, draft, handover="post"), submit(zhang, draft)
    case = Application.objects.get()
    assert first.url == second.url == reverse("receipt", args=[case.number])
    assert case.handover == "post"
    for name in ("draft", "draft-materials", "draft-check"):
        assert zhang.get(reverse(name, args=[draft.pk])).url == reverse("track", args=[case.number])
    assert zhang.get(reverse("draft-section", args=[draft.pk, 1])).url == reverse("track", args=[case.number])
    response = zhang.post(reverse("draft-field-save", args=[draft.pk]), posted(draft, ["shop-name"]))
    assert response.status_code == 409
    zhang.post(reverse("draft-discard", args=[draft.pk]))
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_a_draft_thrown_away_is_gone(zhang):
    draft = begin(zhang)
    assert zhang.get(reverse("draft-discard", args=[draft.pk])).status_code == 405
    assert zhang.post(reverse("draft-discard", args=[draft.pk])).status_code == 302
    assert not Draft.objects.exists()
