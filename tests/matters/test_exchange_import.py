"""Importing: every change is shown, applied exactly as shown, and only as a draft."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from departments.access import SYSTEM, VISITOR, Actor
from foundation.errors import Conflict, NotAllowed, Refused
from matters.exchange.yaml_files import catalogue_files
from matters.models import (
    CatalogueImport,
    Field,
    Item,
    ItemField,
    ItemMaterial,
    Material,
    Matter,
    Question,
    Revision,
    Step,
)
from matters.operations.importing import apply_import, stage_import
from matters.operations.publishing import drafts
from matters.stored import field_positions, stored_catalogue
from tests.matters.workbooks import Book, Edit, add, edited, editor, exported, opened, put, row_of, saved, zipped

CODE = "open-restaurant"
ITEM = "fire-safety-check"

pytestmark = pytest.mark.usefixtures("few")


@pytest.fixture
def actor(few: None) -> Actor:
    return editor()


def staged(actor: Actor, edit: Edit) -> CatalogueImport:
    return stage_import(content=edited(edit), name="目录.xlsx", actor=actor)


def told(found: CatalogueImport) -> list[tuple[Any, ...]]:
    """(sheet, what happened, code, fields) of every change."""
    return [
        (change["sheet"], change["act"], change["code"], [tuple(field) for field in change["fields"]])
        for change in found.changes
    ]


def rename_card(book: Book) -> None:
    put(book["材料"], row_of(book["材料"], 代码="id-card"), "名称", "居民身份证（正反面）")


def test_a_change_is_shown_field_by_field_with_the_plans_it_touches(actor: Actor) -> None:
    found = staged(actor, rename_card)
    assert told(found) == [("材料", "修改", "id-card", [("名称", "居民身份证", "居民身份证（正反面）")])]
    assert found.changes[0]["row"] == row_of(opened(exported())["材料"], 代码="id-card")
    touched = {plan["code"] for plan in found.plans}
    assert CODE in touched
    sentences = next(plan["sentences"] for plan in found.plans if plan["code"] == CODE)
    assert any("居民身份证（正反面）" in text for text in sentences)
    assert Material.objects.get(pk="id-card").name == "居民身份证", "a preview writes nothing"


def test_what_was_shown_is_applied_as_a_draft_with_the_name_of_who_did_it(actor: Actor) -> None:
    found = staged(actor, rename_card)
    before = Revision.objects.count()
    apply_import(staged=found.pk, actor=actor)
    assert Material.objects.get(pk="id-card").name == "居民身份证（正反面）"
    entry = LogEntry.objects.get()
    assert (entry.user_id, entry.object_id, entry.change_message) == (actor.user_id, "id-card", "表格导入：目录.xlsx")
    assert Revision.objects.count() == before, "publishing takes a second person"
    assert {code for code, draft in drafts().items() if draft.differs} == {plan["code"] for plan in found.plans}
    with pytest.raises(Conflict, match="已经完成"):
        apply_import(staged=found.pk, actor=actor)


def test_nothing_is_applied_to_a_catalogue_that_changed_meanwhile(actor: Actor) -> None:
    found = staged(actor, rename_card)
    Item.objects.filter(pk=ITEM).update(fee="另算")
    with pytest.raises(Conflict, match="又有改动"):
        apply_import(staged=found.pk, actor=actor)
    assert Material.objects.get(pk="id-card").name == "居民身份证"


def test_only_who_uploaded_applies_and_only_editors_upload(actor: Actor) -> None:
    found = staged(actor, rename_card)
    with pytest.raises(Conflict):
        apply_import(staged=found.pk, actor=editor("editor2", "吴军"))
    for other in (VISITOR, SYSTEM):
        with pytest.raises(NotAllowed):
            stage_import(content=b"", name="x", actor=other)
        with pytest.raises(NotAllowed):
            apply_import(staged=found.pk, actor=other)


def test_a_new_upload_takes_the_place_of_the_one_before(actor: Actor) -> None:
    first = staged(actor, rename_card)
    second = staged(actor, rename_card)
    assert list(CatalogueImport.objects.values_list("pk", flat=True)) == [second.pk]
    with pytest.raises(Conflict, match="不在了"):
        apply_import(staged=first.pk, actor=actor)


def test_parts_are_replaced_as_a_whole_and_their_order_counts(actor: Actor) -> None:
    def edit(book: Book) -> None:
        page = book["事项材料"]
        rows = [number for number in range(2, page.max_row + 1) if page.cell(number, 1).value == ITEM]
        put(page, rows[0], "份数", "３")
        page.insert_rows(rows[1])
        new = {"事项代码": ITEM, "材料代码": "id-photo", "怎么交": "电子件", "份数": 1, "要求": "可容缺"}
        for heading, value in new.items():
            put(page, rows[1], heading, value)
        page.delete_rows(rows[-1] + 1)

    before = list(ItemMaterial.objects.filter(item=ITEM).order_by("position").values_list("material_id", flat=True))
    found = staged(actor, edit)
    assert [(sheet, act, code) for sheet, act, code, _ in told(found)] == [
        ("事项材料", "去掉", before[-1]),
        ("事项材料", "修改", before[0]),
        ("事项材料", "新增", "id-photo"),
    ]
    apply_import(staged=found.pk, actor=actor)
    asks = ItemMaterial.objects.filter(item=ITEM).order_by("position")
    assert list(asks.values_list("material_id", flat=True)) == [before[0], "id-photo", *before[1:-1]]
    assert [(ask.copies, ask.submit, ask.need) for ask in asks[:2]][1] == (1, "electronic", "deferrable")
    assert asks[0].copies == 3


def test_sorting_a_sheet_changes_nothing_and_new_numbers_change_the_order(actor: Actor) -> None:
    def turned(page: Any) -> None:
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), start=2):
            for column, value in enumerate(row, start=1):
                page.cell(number, column).value = value

    with pytest.raises(Refused, match="完全一样"):
        staged(actor, lambda book: [turned(page) for page in book if page.title not in ("说明", "部门")])

    def exchanged(book: Book) -> None:
        page = book["事项字段"]
        first = row_of(page, 事项代码=ITEM)
        put(page, first, "顺序", 99)

    found = staged(actor, exchanged)
    assert told(found) == [("事项字段", "修改", ITEM, [("顺序", "", "先后顺序有变")])]
    apply_import(staged=found.pk, actor=actor)
    moved = ItemField.objects.filter(item=ITEM).order_by("position").values_list("field_id", flat=True)
    assert list(moved) == [*stored_catalogue().rows["item"][ITEM]["fields"]]


def test_rows_that_the_file_does_not_name_stay_as_they_are(actor: Actor) -> None:
    def edit(book: Book) -> None:
        for page in book:
            if page.title not in ("说明", "部门", "材料"):
                page.delete_rows(2, page.max_row)
        page = book["材料"]
        keep = row_of(page, 代码="id-card")
        page.delete_rows(keep + 1, page.max_row)
        page.delete_rows(2, keep - 2)
        put(page, 2, "名称", "身份证")

    before = Material.objects.count(), Step.objects.count(), Question.objects.count()
    found = staged(actor, edit)
    assert len(found.changes) == 1
    apply_import(staged=found.pk, actor=actor)
    assert (Material.objects.count(), Step.objects.count(), Question.objects.count()) == before


def new_matter(book: Book) -> None:
    add(book["材料"], 代码="new-paper", 名称="新的材料", 来源="申请人自备", 免提交="否", 有空表和样表="是")
    add(
        book["字段"],
        代码="new-field",
        名称="新的字段",
        所在栏目="基本信息",
        类型="单选",
        必填="是",
        选项="a | 甲\nb | 乙",
    )
    values: dict[str, Any] = {"代码": "new-item", "名称": "新的事项", "审批部门代码": "market", "类别": "备案"}
    values |= {"法律依据": "《某法》第一条\n《某条例》第二条", "办理条件": "有场所", "法定时限": "10", "承诺时限": 3}
    values |= {"现场核查": "否", "告知承诺": "否", "收费": "不收费", "结果代码": "new-result", "结果名称": "备案回执"}
    values |= {"结果类别": "备案回执", "时限单位": "自然日", "依法等待": "公示 | 7 | 《某法》第三条", "到场次数": 1}
    add(book["事项"], **values)
    add(book["事项材料"], 事项代码="new-item", 材料代码="new-paper", 怎么交="原件", 份数=1, 要求="必交")
    for code in ("new-field", "applicant-name", "applicant-phone"):
        add(book["事项字段"], 事项代码="new-item", 字段代码=code)
    values = {
        "代码": "new-matter",
        "名称": "我要办新事",
        "编号": 101,
        "对象": "企业",
        "主题": "零售购物",
        "清单批次": 2,
    }
    values |= {"层级": "县级", "搜索词": "新事\n办新事", "一句话说明": "办成新事", "谁能办": "企业", "承诺时限": 30}
    add(book["一件事"], **values, 改革前跑动次数=3, 改革前天数=40)
    for choice, label in (("small", "小的"), ("large", "大的")):
        question = {"一件事代码": "new-matter", "问题代码": "size", "问题": "多大？"}
        add(book["情形问题"], **question, 选项代码=choice, 选项=label)
    add(book["环节"], 一件事代码="new-matter", 事项代码="business-registration", 必须办成="是")
    step = {"一件事代码": "new-matter", "事项代码": "new-item", "必须办成": "否", "发证要等": "business-registration"}
    add(book["环节"], **step, 适用情形="size = large", 等申请人="装修好", 最迟几个工作日内=20)


def test_a_whole_new_matter_comes_in(actor: Actor) -> None:
    found = staged(actor, new_matter)
    assert {change["act"] for change in found.changes} == {"新增"}
    assert [plan["code"] for plan in found.plans] == ["new-matter"]
    apply_import(staged=found.pk, actor=actor)
    matter = Matter.objects.get(pk="new-matter")
    assert (matter.keywords, matter.before_days) == (["新事", "办新事"], 40)
    step = Step.objects.get(matter=matter, item="new-item")
    assert (step.after, step.when) == (["business-registration"], {"size": ["large"]})
    assert step.starts_on == {"event": "装修好", "within_days": 20}
    item = Item.objects.get(pk="new-item")
    assert item.clock == {"unit": "calendar", "waits": [{"kind": "公示", "days": 7, "basis": "《某法》第三条"}]}
    assert (item.presence, item.statutory_days) == ({"times": 1}, 10)
    assert Field.objects.order_by("position").last() == Field.objects.get(pk="new-field")
    draft = drafts(["new-matter"])["new-matter"]
    assert draft.faults == [] and draft.differs


def test_figures_that_change_are_told(actor: Actor) -> None:
    def edit(book: Book) -> None:
        page = book["事项"]
        put(page, row_of(page, 代码="fire-safety-check"), "承诺时限", 1)
        put(page, row_of(page, 代码="fire-safety-check"), "法定时限", 4)

    found = staged(actor, edit)
    figures = {name: (was, now) for name, was, now in next(p for p in found.plans if p["code"] == CODE)["figures"]}
    assert figures["串联"][0] != figures["串联"][1]


def test_an_unfinished_draft_does_not_stop_an_import_and_a_new_fault_does(actor: Actor) -> None:
    Step.objects.filter(matter=CODE).update(when={"nowhere": ["x"]})
    found = staged(actor, rename_card)
    assert any(plan["fault"] for plan in found.plans) or CODE not in {plan["code"] for plan in found.plans}


def test_source_files_in_an_archive_are_imported_the_same_way(actor: Actor) -> None:
    files = {
        f"catalogue/{name}": text.replace("居民身份证\n", "身份证\n").encode()
        for name, text in catalogue_files(stored_catalogue(), field_positions()).items()
    }
    content = zipped({**files, "catalogue/NOTES.md": b"#", "catalogue/.git/x.txt": b""})
    found = stage_import(content=content, name="目录.zip", actor=actor)
    assert ("材料", "修改", "id-card", [("名称", "居民身份证", "身份证")]) in told(found)
    assert len(found.notes) == 2
    apply_import(staged=found.pk, actor=actor)
    assert Material.objects.get(pk="id-card").name == "身份证"


def test_a_single_source_file_changes_only_its_rows(actor: Actor) -> None:
    files = catalogue_files(stored_catalogue(), field_positions())
    text = files["departments.yaml"].replace("灌南县消防救援大队", "灌南县消防救援局")
    found = stage_import(content=zipped({"departments.yaml": text.encode()}), name="x.zip", actor=actor)
    assert told(found) == [("部门", "修改", "fire", [("名称", "灌南县消防救援大队", "灌南县消防救援局")])]


def test_an_extra_sheet_is_named_and_not_read(actor: Actor) -> None:
    def edit(book: Book) -> None:
        rename_card(book)
        book.create_sheet("我的草稿")["A1"] = "=1+1"

    assert staged(actor, edit).notes == ["“我的草稿”不是目录的表，没有读。"]


def test_an_unchanged_book_saved_by_another_program_changes_nothing(actor: Actor) -> None:
    with pytest.raises(Refused, match="完全一样"):
        stage_import(content=saved(opened(exported())), name="x.xlsx", actor=actor)
