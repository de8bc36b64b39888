"""The window's front: who comes in, the workbench, finding somebody, a walk-in and the form at the desk."""

import re
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from applications.models import Application, Draft
from applications.operations import correcting, drafting, intake
from applications.states import CaseState, Channel
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import FORM, ID_ZHANG, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ID_NEW = "320724199205180047"
PAGES = ("window", "window-correcting", "window-pickups", "window-walk-in")
ACTS = ("receive", "accept", "correct", "answer", "decline", "withdraw", "choose", "check-material")


def find(client, text):
    return client.post("/window/find/", {"q": text})


# -- who comes in ------------------------------------------------------------


@pytest.mark.parametrize("account", ["market1", "zhangting", "stranger", "zhoutao"])
def test_only_clerks_come_in(world, account):
    case = file_case(world)
    client = sign_in(world, account)
    for name in PAGES:
        assert client.get(reverse(name)).status_code == 403
    for name in ("window-case", "window-pickup"):
        assert client.get(reverse(name, args=[case.number])).status_code == 403
    for act in ACTS:
        assert client.post(reverse(f"window-{act}", args=[case.number])).status_code == 403
    assert client.post(reverse("window-pickup", args=[case.number])).status_code == 403
    assert find(client, "张婷").status_code == 403
    case.refresh_from_db()
    assert case.state == CaseState.SUBMITTED


def test_who_is_not_signed_in_signs_in_and_comes_back(client, world):
    case = file_case(world)
    address = reverse("window-case", args=[case.number])
    assert client.get(address).url == f"/sign-in/?next={address}"
    assert client.post(reverse("window-accept", args=[case.number])).url == "/sign-in/?next=/window/"
    htmx = client.post(reverse("window-check-material", args=[case.number]), headers={"HX-Request": "true"})
    assert htmx.headers["HX-Redirect"].startswith("/sign-in/")


def test_nothing_is_kept_in_the_browser(world, clerk):
    case = file_case(world)
    for address in ("/window/", reverse("window-case", args=[case.number]), "/window/walk-in/"):
        assert "no-store" in clerk.get(address).headers["Cache-Control"]


def test_what_is_not_there_is_not_found_and_wrong_methods_are_refused(world, clerk):
    case = file_case(world)
    for name in ("window-case", "window-pickup"):
        assert clerk.get(reverse(name, args=["no-such"])).status_code == 404
        assert clerk.get(reverse(name, args=["9" * 400])).status_code == 404
    for act in ACTS:
        assert clerk.post(reverse(f"window-{act}", args=["no-such"])).status_code == 404
        assert clerk.get(reverse(f"window-{act}", args=[case.number])).status_code == 405
    assert clerk.get("/window/find/").status_code == 405
    for address in ("/window/", "/window/pickups/", reverse("window-case", args=[case.number])):
        assert clerk.post(address).status_code == 405
    assert clerk.put("/window/walk-in/").status_code == 405
    assert clerk.get(reverse("window-desk", args=[uuid4()])).status_code == 404


# -- the workbench -----------------------------------------------------------


def test_the_most_urgent_stands_first_with_its_light(world, clerk):
    numbers = {}
    for day in ("2026-02-26", "2026-02-24", "2026-02-23"):
        with time_machine.travel(f"{day} 10:00 +0800", tick=False):
            numbers[day] = file_case(world, "buy-flat").number
    numbers["2026-03-02"] = file_case(world).number
    page = text_of(clerk.get("/window/"))
    places = [page.index(numbers[day]) for day in sorted(numbers)]
    assert places == sorted(places)
    # Five working days from the 23rd end on 2 March: today; from the 26th on the 5th.
    assert re.findall(r"light-(green|yellow|red)", page)[:4] == ["yellow", "yellow", "green", "green"]
    assert "今天到期" in page and "还有 1 天" in page and "还有 5 天" in page


def test_an_overdue_case_is_red(world, clerk):
    with time_machine.travel("2026-02-20 10:00 +0800", tick=False):
        file_case(world)
    page = text_of(clerk.get("/window/"))
    assert "light-red" in page and "超期 1 天" in page


def test_only_what_waits_for_the_window_is_listed_and_counted(world, clerk):
    submitted, received, asked = (file_case(world, "buy-flat") for _ in range(3))
    for case in (received, asked):
        intake.receive(actor=world.clerk, number=case.number)
    material = asked.materials.filter(state="awaiting").first()
    intake.check_material(
        actor=world.clerk, number=asked.number, material_code=material.material_code, state="wrong", note="没签字"
    )
    correcting.ask_correction(actor=world.clerk, number=asked.number)
    bench = clerk.get("/window/")
    assert [row["case"].number for row in bench.context["page"].rows] == [submitted.number, received.number]
    assert bench.context["counts"] == {"waiting": 2, "correcting": 1, "pickups": 0}
    assert asked.number in text_of(clerk.get("/window/correcting/"))
    assert "没有等领取的件" in text_of(clerk.get("/window/pickups/"))
    mine = text_of(clerk.get("/window/?show=mine"))
    assert received.number in mine and submitted.number not in mine
    assert submitted.number in text_of(clerk.get("/window/?show=new"))


def test_an_empty_desk_says_so(world, clerk):
    assert "没有" in text_of(clerk.get("/window/"))


@pytest.mark.parametrize(
    "query", ["page=x", "page=-3", "page=%00", "page=99999999999", "page=٣", "show=%00", "show=x" * 500]
)
def test_odd_queries_show_a_page(world, clerk, query):
    file_case(world)
    for path in ("/window/", "/window/correcting/", "/window/pickups/"):
        assert clerk.get(f"{path}?{query}").status_code == 200


def test_the_workbench_costs_the_same_with_one_case_and_with_thirty(world, clerk, django_assert_num_queries):
    file_case(world, "buy-flat")
    clerk.get("/window/")
    with CaptureQueriesContext(connection) as one:
        clerk.get("/window/")
    for _ in range(29):
        file_case(world, "buy-flat")
    with django_assert_num_queries(len(one)):
        page = clerk.get("/window/")
    assert len(page.context["page"].rows) == 30
    assert len(one) <= 13


# -- finding somebody --------------------------------------------------------


def test_a_number_or_a_code_goes_straight_there(world, clerk):
    case = file_case(world)
    assert find(clerk, f" {case.number.lower()} ").url == reverse("window-case", args=[case.number])
    draft = drafting.start_draft(actor=world.zhang, matter_code="buy-flat", answers={})
    address = reverse("window-desk", args=[draft.pk])
    assert find(clerk, draft.code.lower()).url == address
    assert clerk.get(address).status_code == 200


def test_a_citizens_draft_opens_only_by_its_code(world, clerk):
    draft = drafting.start_draft(actor=world.zhang, matter_code="buy-flat", answers={})
    assert clerk.get(reverse("window-desk", args=[draft.pk])).status_code == 404
    assert clerk.post(reverse("window-desk", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize(
    "text", ["张婷", "婷", ID_ZHANG, ID_ZHANG.lower(), "３２０７２４１９８８０３１５００２Ｘ", "13800000018"]
)
def test_a_person_is_found_by_name_identity_or_telephone(world, clerk, text):
    case = file_case(world)
    answer = find(clerk, text)
    page = text_of(clerk.get(answer.url) if answer.status_code == 302 else answer)
    assert case.number in page
    assert "32072419880315002" not in page.replace(case.number, "")


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "没有这个人", "320724196503120022", "x" * 5000, "%", "_", "12345678", "😀" * 60]
)
def test_nothing_found_is_a_page_and_never_an_error(world, clerk, text):
    case = file_case(world)
    answer = find(clerk, text)
    assert answer.status_code == 200
    assert case.number not in text_of(answer)


def test_finding_takes_no_address(world, clerk):
    """An identity number in an address would stand in logs and in the browser's history."""
    form = re.search(r"<form class=\"finder\"[^>]*>", text_of(clerk.get("/window/")))
    assert form and 'method="post"' in form.group()


# -- a walk-in ---------------------------------------------------------------


def come(client, **typed):
    data = {"matter": "noodle-shop", "scale": "large", "name": "李红", "id_number": ID_NEW, "phone": "", **typed}
    return client.post("/window/walk-in/", data)


def test_a_walk_in_is_found_in_words_and_becomes_a_draft_of_the_window(world, clerk):
    assert "我要开面馆" in text_of(clerk.get("/window/walk-in/?q=面馆"))
    assert "面积有多大" in text_of(clerk.get("/window/walk-in/?matter=noodle-shop"))
    answer = come(clerk, phone="13600000016")
    draft = Draft.objects.get()
    assert answer.url == reverse("window-desk", args=[draft.pk])
    assert (draft.channel, draft.applicant.name, draft.owner_id) == (Channel.WINDOW, "李红", None)
    assert draft.answers == {"scale": "large"}
    assert ID_NEW not in text_of(clerk.get("/window/"))


def test_a_matter_that_does_not_exist(world, clerk):
    for code in ("no-such", "%00", "x" * 3000):
        assert clerk.get(f"/window/walk-in/?matter={code}").status_code in (200, 404)
    assert come(clerk, matter="no-such").status_code == 404
    assert clerk.get("/window/walk-in/?q=" + "面" * 3000).status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"id_number": "11010519491231002"}, "18"),
        ({"id_number": ID_NEW[:-1] + "8"}, "对不上"),
        ({"id_number": ""}, "身份证"),
        ({"name": ""}, "姓名"),
        ({"phone": "123"}, "手机"),
        ({"scale": ""}, "还有情形没有选"),
        ({"scale": "gigantic"}, "还有情形没有选"),
    ],
)
def test_a_bad_walk_in_is_told_why_and_keeps_what_was_typed(world, clerk, typed, sentence):
    before = Person.objects.count()
    answer = come(clerk, **typed)
    page = text_of(answer)
    assert answer.status_code == 422
    assert sentence in page
    for value in ({"name": "李红"} | typed).values():
        assert not value or value == "gigantic" or f'value="{value}"' in page
    assert page.index("<title>") < page.index("</title>")
    assert not Draft.objects.exists() and Person.objects.count() == before


def test_a_known_number_under_another_name_is_a_conflict(world, clerk):
    answer = come(clerk, name="张挺", id_number=ID_ZHANG)
    assert answer.status_code == 409
    assert "登记在另一个姓名下" in text_of(answer)
    assert 'value="张挺"' in text_of(answer)
    assert Person.objects.get(name="张婷") and not Draft.objects.exists()


def test_a_known_person_is_the_same_person(world, clerk):
    come(clerk, name="张婷", id_number=ID_ZHANG.lower())
    assert Draft.objects.get().applicant.user == world.users["zhangting"]


@pytest.mark.parametrize("value", ["\x00", "x" * 20_000, "😀", "<script>", "' or 1=1 --"])
@pytest.mark.parametrize("box", ["name", "id_number", "phone", "scale", "matter", "acts_for"])
def test_odd_text_in_a_walk_in_is_never_an_error(world, clerk, box, value):
    answer = come(clerk, **{box: value})
    assert answer.status_code in (200, 302, 404, 422)
    assert "<script>" not in text_of(answer)


# -- the form at the desk ----------------------------------------------------


@pytest.fixture
def draft(world, clerk):
    come(clerk, name="张婷", id_number=ID_ZHANG)
    return Draft.objects.get()


def boxes_of(page):
    """The names of the form's boxes by field code, read off the page."""
    names = re.findall(r'name="_shown" value="([^"]+)"', page)
    return {code: name for name in names for code in FORM if name.endswith(code)}


def typed_at(client, draft, **values):
    page = text_of(client.get(reverse("window-desk", args=[draft.pk])))
    boxes = boxes_of(page)
    assert set(boxes) == set(FORM)
    data = {boxes[code]: value for code, value in {**FORM, **values}.items()}
    seen = dict(re.findall(r'name="(_seen\.[^"]+)" value="([^"]*)"', page))
    return {**data, "_shown": list(boxes.values()), **seen}


def test_what_the_register_knows_is_filled_in(world, clerk, draft):
    page = text_of(clerk.get(reverse("window-desk", args=[draft.pk])))
    assert 'value="张婷"' in page and 'value="13800000018"' in page
    assert "您" not in page


def test_filing_submits_and_receives_in_one_sitting(world, clerk, draft):
    answer = clerk.post(reverse("window-desk", args=[draft.pk]), {**typed_at(clerk, draft), "file": "1"})
    case = Application.objects.get()
    assert answer.url == reverse("window-case", args=[case.number])
    assert (case.state, case.channel, case.received_by) == (CaseState.RECEIVED, Channel.WINDOW, world.users["limin"])
    assert case.form["shop-name"] == "灌河面馆"
    again = clerk.get(reverse("window-desk", args=[draft.pk]))
    assert again.url == reverse("window-case", args=[case.number])


def test_saving_keeps_the_form_without_filing(world, clerk, draft):
    answer = clerk.post(reverse("window-desk", args=[draft.pk]), typed_at(clerk, draft, **{"shop-name": "汤记"}))
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.form["shop-name"] == "汤记" and not Application.objects.exists()


def test_a_card_reader_that_ends_with_enter_files_nothing(world, clerk, draft):
    """A browser presses a form's first button."""
    page = text_of(clerk.get(reverse("window-desk", args=[draft.pk])))
    form = page[page.index('enctype="multipart/form-data"') :]
    assert re.search(r'<button [^>]*type="submit" name="([^"]+)"', form).group(1) == "save"


def test_faults_are_listed_linked_and_nothing_is_lost(world, clerk, draft):
    data = typed_at(clerk, draft, **{"shop-name": "", "premises-area": "很大", "premises-address": "人民路 9 号"})
    answer = clerk.post(reverse("window-desk", args=[draft.pk]), {**data, "file": "1"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert re.search(r"<title>\s*有 2 处要改", page)
    summary = page[page.index('role="alert"') :]
    links = re.findall(r'<a href="#([^"]+)">', summary[: summary.index("</div>")])
    assert len(links) == 2 and all(f'id="{link}"' in page for link in links)
    assert 'value="很大"' in page and 'value="人民路 9 号"' in page
    assert page.count('aria-invalid="true"') == 2
    assert not Application.objects.exists()


def test_two_clerks_type_into_two_fields_and_both_stand(world, clerk, draft):
    data = typed_at(clerk, draft, **{"premises-area": "88", "shop-name": ""})
    drafting.fill_in(actor=world.clerk, draft_id=draft.pk, version=draft.version, values={"shop-name": "新店名"})
    assert clerk.post(reverse("window-desk", args=[draft.pk]), data).status_code == 302
    draft.refresh_from_db()
    assert (draft.form["shop-name"], draft.form["premises-area"]) == ("新店名", "88")


def test_the_same_field_typed_twice_is_asked_about_and_nothing_is_overwritten_or_filed(world, clerk, draft):
    data = typed_at(clerk, draft, **{"shop-name": "旧页面的店名"})
    drafting.fill_in(actor=world.clerk, draft_id=draft.pk, version=draft.version, values={"shop-name": "新店名"})
    answer = clerk.post(reverse("window-desk", args=[draft.pk]), {**data, "file": "1"})
    page = text_of(answer)
    assert answer.status_code == 409
    assert 'value="旧页面的店名"' in page and "新店名" in page and "请选用哪一个" in page
    draft.refresh_from_db()
    assert draft.form["shop-name"] == "新店名" and not Application.objects.exists()
    mine = re.search(r'name="_mine" value="([^"]+)"', page).group(1)
    clerk.post(reverse("window-desk", args=[draft.pk]), {**data, "_mine": mine})
    draft.refresh_from_db()
    assert draft.form["shop-name"] == "旧页面的店名"


@pytest.mark.parametrize("seen", ["", "x", "9" * 50, "\x00"])
def test_an_odd_word_of_what_was_seen_overwrites_nothing(world, clerk, draft, seen):
    drafting.fill_in(actor=world.clerk, draft_id=draft.pk, version=draft.version, values={"shop-name": "新店名"})
    data = {**typed_at(clerk, draft, **{"shop-name": "别的"}), "_seen.shop-name": seen}
    assert clerk.post(reverse("window-desk", args=[draft.pk]), data).status_code == 409
    draft.refresh_from_db()
    assert draft.form["shop-name"] == "新店名"


def test_huge_text_is_refused_beside_its_field(world, clerk, draft):
    data = typed_at(clerk, draft, **{"shop-name": "店" * 100_000, "premises-address": "a\x00b"})
    answer = clerk.post(reverse("window-desk", args=[draft.pk]), {**data, "file": "1"})
    assert answer.status_code == 422
    assert "最多 200 个字" in text_of(answer)


def test_a_page_can_be_asked_for_its_head(world, clerk, draft):
    """HEAD, as monitors and proxies ask, is a GET without a body and changes nothing."""
    case = file_case(world)
    for address in (
        "/window/",
        "/window/walk-in/?matter=noodle-shop",
        reverse("window-desk", args=[draft.pk]),
        reverse("window-case", args=[case.number]),
        reverse("window-pickup", args=[case.number]),
    ):
        assert clerk.head(address).status_code == 200
