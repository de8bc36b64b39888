"""Asked elsewhere: exempt papers from their issuer, which never stand in the way; words on a photo, confirmed by hand."""

import io
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from applications import registry
from applications.certificates import ID_CARD, LICENCE, fields_for, kind_of, read
from applications.models import Draft, Fetch, Reading
from applications.operations import drafting, reading, sharing
from applications.states import FetchState
from foundation.errors import Refused
from foundation.files import words
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver
from tests.applications.applying import begin, fill, photo, submit
from tests.applications.test_materials import PLAN
from tests.applications.world import ID_ZHANG

pytestmark = pytest.mark.django_db
CARD = "id-card"
asked: list[registry.Question] = []


def finds(question: registry.Question) -> registry.Answer:
    asked.append(question)
    return registry.Answer(True, "演示数据", "有效")


def finds_nothing(question: registry.Question) -> registry.Answer:
    return registry.Answer(False, "演示数据")


def is_down(question: registry.Question) -> registry.Answer:
    raise registry.Fault("timed out")


@pytest.fixture
def draft(world) -> Draft:
    asked.clear()
    return drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})


def run_lookups() -> None:
    for row in Outbox.objects.filter(queue="lookups", done_at=None):
        deliver(row.pk)


def fetch(world, draft, **extra) -> Fetch:
    return sharing.fetch(actor=world.zhang, draft_id=draft.pk, material_code=CARD, **{"consent": True, **extra})


@pytest.mark.parametrize(
    ("adapter", "state", "said"),
    [
        ("finds", "found", "已由系统调取"),
        ("finds_nothing", "not_found", "自己传一份"),
        ("is_down", "failed", "自己传一份"),
    ],
)
def test_whatever_the_register_does_the_page_goes_on(world, zhang, draft, settings, adapter, state, said):
    settings.REGISTRY_ADAPTER = f"{__name__}.{adapter}"
    url = reverse("draft-fetch", args=[draft.pk])
    page = zhang.post(url, {"material": CARD, "consent": "yes"}, headers={"HX-Request": "true"}).content.decode()
    assert "正在由系统调取" in page
    run_lookups()
    assert Fetch.objects.get().state == state
    part = zhang.get(reverse("draft-paper", args=[draft.pk, CARD]), headers={"HX-Request": "true"}).content.decode()
    assert said in part
    assert "every 3s" not in part
    sent = zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": CARD, "files": [photo()]})
    assert sent.status_code == 302


def test_the_other_side_learns_the_purpose_and_only_after_consent(world, zhang, draft, settings):
    settings.REGISTRY_ADAPTER = f"{__name__}.finds"
    with pytest.raises(Refused, match="同意书"):
        fetch(world, draft, consent=False)
    with pytest.raises(Refused, match="不是由系统调取"):
        sharing.fetch(actor=world.zhang, draft_id=draft.pk, material_code=PLAN, consent=True)
    fetch(world, draft)
    assert ID_ZHANG not in str(Outbox.objects.get(kind="fetch").payload)
    run_lookups()
    assert [(q.purpose, q.name, q.number) for q in asked] == [(draft.code, "张婷", ID_ZHANG)]
    fetch(world, draft)  # holds for thirty days: nobody is asked again
    assert len(asked) == 1 == Outbox.objects.filter(kind="fetch").count()
    Fetch.objects.update(valid_until=timezone.now())
    fetch(world, draft)
    run_lookups()
    assert len(asked) == 2


def test_a_question_still_open_stops_no_filing(world, zhang, settings):
    settings.REGISTRY_ADAPTER = f"{__name__}.is_down"
    draft = begin(zhang)
    fetch(world, draft)
    draft = fill(zhang, draft)
    assert submit(zhang, draft).status_code == 302
    run_lookups()
    assert Fetch.objects.get().state == FetchState.FAILED


def test_without_a_register_the_page_offers_only_a_copy(zhang, world, settings):
    settings.REGISTRY_ADAPTER = ""
    page = zhang.get(reverse("draft-materials", args=[begin(zhang).pk])).content.decode()
    assert "同意，由系统调取" not in page
    assert "自己传一份" in page


def test_the_register_that_ships_says_that_it_is_a_demonstration():
    question = registry.Question("居民身份证", "ABCD2345", "张婷", ID_ZHANG)
    answers = []
    for number in range(60):
        try:
            answers.append(registry.demo(replace(question, paper=f"材料{number}")))
        except registry.Fault:
            answers.append(None)
    assert all("演示数据" in answer.source for answer in answers if answer)
    assert {None if answer is None else answer.found for answer in answers} == {True, False, None}


CARD_LINES = [
    "姓名张婷",
    "性别女民族汉",
    "出生1988年3月15日",
    "住址江苏省灌南县新安镇",
    "人民东路128号",
    f"公民身份号码{ID_ZHANG}",
]
LICENCE_LINES = [
    "营业执照",
    "统一社会信用代码",
    "91330100799655058B",
    "名称 灌南县灌河餐饮有限公司",
    "法定代表人 王磊",
    "住所 灌南县新安镇人民路1号",
]

# What rapidocr made of a licence in two columns, photographed two degrees askew.
ASKEW_LINES = """营业执照|统一社会信用代码|91330100799655058B|注册资本|伍拾万元整|名|称|灌南县灌河餐饮有限公司|成立日期|2021年03月18日|类型
|有限责任公司（自然人独资）|住所|江苏省连云港市灌南县新安镇人民东路1号|法定代表人|王磊|经营范围|餐饮服务；食品销售（依法须经批准的项目，
|经相关部门批准后方可开展经营活动）|登记机关灌南县市场监督管理局|2021年03月18日""".replace("\n", "").split("|")


@pytest.mark.parametrize(
    ("kind", "lines", "expected"),
    [
        (
            LICENCE,
            ASKEW_LINES,
            {
                "uscc": "91330100799655058B",
                "applicant_name": "灌南县灌河餐饮有限公司",
                "representative_name": "王磊",
                "address": "江苏省连云港市灌南县新安镇人民东路1号",
            },
        ),
        (ID_CARD, CARD_LINES, {"name": "张婷", "id_number": ID_ZHANG, "address": "江苏省灌南县新安镇人民东路128号"}),
        (ID_CARD, [f"公民身份号码{ID_ZHANG[:-1]}1"], {}),
        (ID_CARD, ["签发机关 灌南县公安局", "有效期限 2016.03.02-2036.03.02"], {"valid_until": "2036-03-02"}),
        (ID_CARD, ["姓 名", "张婷"], {}),
        (
            LICENCE,
            LICENCE_LINES,
            {
                "uscc": "91330100799655058B",
                "applicant_name": "灌南县灌河餐饮有限公司",
                "representative_name": "王磊",
                "address": "灌南县新安镇人民路1号",
            },
        ),
        (LICENCE, [], {}),
    ],
)
def test_what_stands_on_a_certificate(kind, lines, expected):
    found = read(kind, lines)
    assert {name: found[name] for name in expected} == expected
    assert expected or kind == ID_CARD or not found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("居民身份证", ID_CARD),
        ("经办人身份证", ID_CARD),
        ("营业执照", LICENCE),
        ("居民身份证申领登记表", ""),
        ("租赁合同", ""),
    ],
)
def test_which_papers_can_be_read(name, kind):
    assert kind_of(name) == kind


def card() -> io.BytesIO:
    """A made-up identity card, drawn."""
    face = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
    image = Image.new("RGB", (1012, 638), (225, 235, 245))
    pen = ImageDraw.Draw(image)
    for place, text in enumerate(CARD_LINES):
        pen.text((60, 50 + 95 * place), text, font=ImageFont.truetype(face, 40, index=2), fill="black")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    out.seek(0)
    out.name = "身份证.jpg"
    return out


@pytest.mark.slow
def test_a_photo_fills_the_form_where_its_owner_ticks(world, zhang):
    """With the optional extra; without it the page has no button, and a request for it is refused."""
    draft = begin(zhang)
    zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": CARD, "files": [card()]})
    row = draft.files.get()
    page = zhang.get(reverse("draft-materials", args=[draft.pk])).content.decode()
    assert ("读出内容" in page) == words.available()
    ask = {"material": CARD, "file": row.pk}
    answer = zhang.post(reverse("draft-read", args=[draft.pk]), ask)
    if not words.available():
        assert answer.status_code == 422
        return
    run_lookups()
    found = Reading.objects.get()
    assert found.state == FetchState.FOUND
    assert (found.values["name"], found.values["id_number"]) == ("张婷", ID_ZHANG)


def test_only_ticked_values_go_into_the_form_and_say_where_they_are_from(world, zhang):
    draft = begin(zhang)
    zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": CARD, "files": [photo()]})
    row = draft.files.get()
    values = {"name": "张停", "id_number": ID_ZHANG}
    Reading.objects.create(row=row, kind=ID_CARD, state=FetchState.FOUND, values=values)
    draft.refresh_from_db()
    url = reverse("draft-reading", args=[draft.pk, row.pk])
    page = zhang.get(url).content.decode()
    assert "张停" in page
    assert "表里现在是：张婷" in page
    assert zhang.post(url, {"version": draft.version}).status_code == 422
    zhang.post(url, {"version": draft.version, "field": ["applicant-name"]})
    draft.refresh_from_db()
    assert draft.form["applicant-name"] == "张停"
    assert draft.origins["applicant-name"] == reading.PICTURE
    section = zhang.get(reverse("draft-section", args=[draft.pk, 1])).content.decode()
    assert "从证件照片里读出" in section


def test_the_last_look_before_sending_names_what_is_noticed_and_lets_it_go(world, zhang):
    draft = begin(zhang)
    zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": PLAN, "files": [photo("白纸.jpg")]})
    draft = fill(zhang, draft)
    page = zhang.get(reverse("draft-check", args=[draft.pk])).content.decode()
    assert "“白纸.jpg”看上去是空白的" in page
    assert submit(zhang, draft).status_code == 302


def test_an_agents_card_fills_the_agents_fields(world, draft):
    specs = list(drafting.plan_for(draft).fields.values())
    assert fields_for(ID_CARD, False, {"name": "张婷"}, specs) == {"applicant-name": "张婷"}
    assert fields_for(ID_CARD, True, {"name": "王磊"}, specs) == {}
