"""Two catalogue administrators in real browsers: figures as one types, both texts when both have saved."""

import pytest

from matters.models import Field, Matter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MATTER = "open-restaurant"


def test_figures_follow_the_typing_and_the_second_to_save_sees_both_texts(someone):
    first, second = someone("editing-first"), someone("editing-second")
    first.sign_in("editor1")
    second.sign_in("editor2")
    mine = first.go(f"/admin/matters/matter/{MATTER}/change/")
    theirs = second.go(f"/admin/matters/matter/{MATTER}/change/")
    promised = Matter.objects.get(pk=MATTER).promised_days

    mine.locator("[name=promised_days]").fill("5")
    mine.locator(".figures-box").get_by_text("还不能发布").wait_for()
    mine.locator("[name=promised_days]").fill(str(promised - 1))
    mine.locator(".figures-box").get_by_text(f"{promised - 1} 个工作日", exact=True).wait_for()
    first.picture("admin-figures")
    assert Matter.objects.get(pk=MATTER).promised_days == promised

    theirs.locator("[name=summary]").fill("吴军写的说明")
    theirs.locator("[name=_save]").first.click()
    theirs.wait_for_url("**/admin/matters/matter/")
    mine.locator("[name=summary]").fill("何静写的说明")
    mine.locator("[name=_save]").first.click()
    mine.get_by_text("吴军写的说明").first.wait_for()
    first.picture("admin-conflict")
    assert mine.locator("[name=summary]").input_value() == "何静写的说明"
    assert Matter.objects.get(pk=MATTER).summary == "吴军写的说明"
    mine.get_by_label("我看过了，按我填的保存，盖过现在保存着的").check()
    mine.locator("[name=_save]").first.click()
    mine.wait_for_url("**/admin/matters/matter/")
    saved = Matter.objects.get(pk=MATTER)
    assert (saved.summary, saved.promised_days) == ("何静写的说明", promised - 1)


def test_what_a_shared_row_touches_and_what_is_alike_is_shown_first(someone):
    editor = someone("editing-shared")
    editor.sign_in("editor1")
    page = editor.go("/admin/matters/item/fire-safety-check/change/")
    page.locator("[name=promised_days]").fill("4")
    page.locator("[name=_save]").first.click()
    page.get_by_role("heading", name="这一改会影响").wait_for()
    editor.picture("admin-touches")
    page.locator("[name=_save]").first.click()
    page.wait_for_url("**/admin/matters/item/")

    page = editor.go("/admin/matters/field/add/")
    for name, value in (("code", "shop-area"), ("label", "店铺面积"), ("section", "经营场所")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=_save]").first.click()
    page.get_by_text("用现有的“经营场所面积”").wait_for()
    editor.picture("admin-alike")
    assert not Field.objects.filter(pk="shop-area").exists()
