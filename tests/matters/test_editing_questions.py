"""The questions before a save follow one upon the other; an answer given once is not asked for again."""

from typing import Any

import pytest

from matters.models import Field, Item, Material, Matter
from tests.applications.race.threads import at_once
from tests.catalogue import put_catalogue
from tests.matters.test_admin import shown
from tests.matters.test_editing import CODE, MATTER, signed_in


def questions(page: Any) -> list[str]:
    return [error.code for error in page.context["adminform"].form.errors.as_data().get("__all__", [])]


@pytest.mark.parametrize(
    ("model", "code", "column"),
    [(Item, "fire-safety-check", "fee"), (Material, "id-card", "description"), (Field, "business-name", "help")],
)
def test_the_second_editor_of_a_shared_row_saves_over_the_first(few: None, model: Any, code: str, column: str) -> None:
    editor = signed_in("editor1")
    address = f"/admin/matters/{model._meta.model_name}/{code}/change/"
    mine = shown(editor.get(address).content) | {column: "我写的"}
    model.objects.filter(pk=code).update(**{column: "他写的"})

    page = editor.post(address, mine)
    assert questions(page) == ["conflict"]
    page = editor.post(address, shown(page.content) | {"over": page.context["adminform"].form.saved})
    assert questions(page) == ["touches"]
    assert editor.post(address, shown(page.content)).status_code == 302
    assert getattr(model.objects.get(pk=code), column) == "我写的"


def test_who_saves_over_is_asked_again_when_a_third_was_faster(few: None) -> None:
    editor = signed_in("editor1")
    address = "/admin/matters/material/id-card/change/"
    mine = shown(editor.get(address).content) | {"description": "我写的"}
    Material.objects.filter(pk="id-card").update(description="他写的")
    page = editor.post(address, mine)
    page = editor.post(address, shown(page.content) | {"over": page.context["adminform"].form.saved})
    Material.objects.filter(pk="id-card").update(description="第三个人写的")
    page = editor.post(address, shown(page.content))
    assert questions(page) == ["conflict"]
    assert Material.objects.get(pk="id-card").description == "第三个人写的"


def test_a_likeness_that_was_looked_at_is_not_asked_for_again(few: None) -> None:
    Material.objects.create(code="id-card-too", name="身份证（正反面）", provided_by="applicant")
    editor = signed_in("editor1")
    address = "/admin/matters/material/id-card/change/"
    page = editor.post(address, shown(editor.get(address).content) | {"name": "身份证件（原件）"})
    assert questions(page) == ["alike"]
    page = editor.post(address, shown(page.content) | {"anyway": "1", "anyway_reason": "正反面分开收"})
    assert questions(page) == ["touches"]
    assert editor.post(address, shown(page.content)).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_the_second_is_asked(few_files: Any) -> None:
    put_catalogue(few_files)
    one, two = signed_in("editor1"), signed_in("editor2")
    ones, twos = (shown(client.get(MATTER).content) for client in (one, two))
    answers = at_once(
        [
            lambda: one.post(MATTER, ones | {"summary": "何静的说明"}).status_code,
            lambda: two.post(MATTER, twos | {"summary": "吴军的说明"}).status_code,
        ]
    )
    assert sorted(answers) == [200, 302]
    winner = "何静的说明" if answers[0] == 302 else "吴军的说明"
    assert Matter.objects.get(pk=CODE).summary == winner
