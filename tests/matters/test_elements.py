"""The elements of a guide: checked, carried everywhere, shown where filled, and silent where not."""

from typing import Any

import pytest
from django.test import Client

from matters.compiling import compile_plan
from matters.elements import ELEMENTS, element_faults, filled, national_code_fault
from matters.exchange.flat import joined
from matters.exchange.sheets import ITEMS
from matters.exchange.yaml_files import source_row
from matters.forms_item import ItemForm
from matters.guide import guide
from matters.item_guide import completeness, item_guides, missing
from matters.models import Field, Item, Material
from matters.operations.publishing import drafts
from matters.operations.writing import write_rows
from matters.plan import scheme
from matters.source.checking import Catalogue, check_catalogue, lint_all
from matters.source.digest import row_digest
from matters.specs import Plan, plan_hash
from matters.stored import stored_catalogue
from matters.wording import plan_changes
from tests.matters.builders import by_code, dictionaries, form_field, item, material, matter, step
from tests.matters.test_admin import shown
from tests.matters.test_editing import signed_in

OFFICE = "11320724014000343E"
CODE = OFFICE + "4" + "320131001000"
WHOLE: dict[str, Any] = {
    "code_scheme": "gbt-39554",
    "code": CODE,
    "subject_nature": "statutory",
    "online_depth": "4",
    "common_range": "county",
    "acceptance": ["表填全"],
    "intermediary": "无",
    "quantity_limit": "无",
    "fee_basis": "某通知",
    "annual_check": "无",
    "delivery": ["window", "post"],
    "complaint_phone": "12345",
    "faq": [{"question": "要带原件吗？", "answer": "不用"}],
}


def test_every_element_has_a_control_and_a_column() -> None:
    assert WHOLE.keys() == ELEMENTS.keys()
    for key, element in ELEMENTS.items():
        assert ItemForm.base_fields[f"element_{key}"].label == element.label
        assert [c.heading for c in ITEMS.columns if c.key == f"element_{key}"] == [element.label]
    assert list(element_faults(WHOLE)) == []


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (CODE, ""),
        (CODE[:-1], "31 位"),
        (OFFICE + "9" + CODE[19:], "第 19 位"),
        (CODE[:30] + "X", "后 12 位是数字"),
        ("11320724014000340E" + CODE[18:], "统一社会信用代码"),
        ("", "31 位"),
    ],
)
def test_a_code_of_the_national_rule(code: str, fault: str) -> None:
    told = national_code_fault(code)
    assert fault in told and bool(told) == bool(fault)


@pytest.mark.parametrize(
    ("elements", "fault"),
    [
        ({"code": "甲-1", "code_scheme": "province"}, None),
        ({"code": "甲-1", "code_scheme": "gbt-39554"}, "code：国家规则的实施编码是 31 位"),
        ({"code": "甲-1"}, "code_scheme：实施编码和它的规则要一起填"),
        ({"code_scheme": "other"}, "code：实施编码和它的规则要一起填"),
        ({"online_depth": "5"}, "online_depth：只能是"),
        ({"online_depth": ["4"]}, "online_depth：应当是文字"),
        ({"delivery": "post"}, "delivery：应当是列表"),
        ({"delivery": ["pigeon"]}, "delivery：第 1 条：只能是"),
        ({"faq": [{"question": "？"}]}, "faq：第 1 条：要写问和答"),
        ({"fee_basis": "长" * 501}, "fee_basis：太长"),
        ({"weather": "晴"}, "有不认识的键 weather"),
        ([], "应当是"),
        ({"intermediary": "", "delivery": []}, None),
    ],
)
def test_what_may_stand_in_the_elements(elements: Any, fault: str | None) -> None:
    told = list(element_faults(elements))
    assert (told == []) if fault is None else any(fault in one for one in told)


def county_of(**changes: Any) -> Catalogue:
    """One matter of one item, which asks for m-one and f-one to f-three."""
    found = Catalogue()
    for kind, rows in vars(dictionaries(items=by_code(item("a", **changes)))).items():
        for row in rows.values():
            found.add(kind.removesuffix("s"), row)
    found.add("matter", matter(step("a")))
    return found


def plan_of(**changes: Any) -> dict[str, Any]:
    found = county_of(**changes)
    return compile_plan(found.rows["matter"]["do-it"], found.dictionaries)


def test_what_is_not_filled_changes_no_hash() -> None:
    plain = plan_of()
    assert plan_hash(plain) == plan_hash(plan_of(elements={}, points=[])) == plan_hash(plan_of(elements=None))
    assert plan_hash(plain) == plan_hash(plan_of(elements={"faq": [], "intermediary": ""}))
    assert "elements" not in plain["items"][0] and "about" not in plain["items"][0]
    assert "channel" not in plain["materials"][0]
    paper, known = material("m-one"), form_field("f-one")
    empty_paper = {"channel": "", "accepted_as": "", "filling": "", "prints": [], "prints_draft": False}
    assert row_digest("material", paper) == row_digest("material", paper | empty_paper)
    empty_field = {"source": None, "source_draft": False, "sensitivity": "", "standard": "", "definition": ""}
    assert row_digest("field", known) == row_digest("field", known | empty_field)


def test_what_is_filled_is_carried_by_the_plan_and_told_in_words() -> None:
    before, after = plan_of(), plan_of(elements=WHOLE)
    assert Plan.from_json(after).to_json() == after
    told = plan_changes(before, after)
    assert len(told) == len(WHOLE) + 1  # two ways of delivery
    assert any("网办深度" in text and "Ⅳ级" in text for text in told)
    assert any("常见问题增加：问：要带原件吗？ 答：不用" in text for text in told)
    assert all("_" not in text for text in told)


def test_a_sheet_and_a_source_file_hold_every_element() -> None:
    row = item(
        "a",
        elements=WHOLE,
        points=["能答", {"text": "一致", "material": "m-one"}, {"text": "有据", "article": "第一条"}],
    )
    assert source_row("item", row)["elements"] == WHOLE
    flat = next(ITEMS.flatten(row, {}))
    cells = {c.key: c.cell.write(flat[c.key]) for c in ITEMS.columns}
    assert cells["element_delivery"] == "窗口领取\n邮寄" and cells["element_online_depth"] == "Ⅳ级（全程网办）"
    assert cells["points"] == "能答\n一致 | m-one\n有据 |  |  | 第一条"
    asked = {
        "materials": [{**ask} for ask in row["materials"]],
        "fields": [{"field": code} for code in row["fields"]],
    }
    assert row_digest("item", joined("item", flat, asked)) == row_digest("item", row)


@pytest.mark.parametrize(
    ("point", "fault"),
    [
        ({"text": "一致", "material": "m-one"}, ""),
        ({"text": "一致", "field": "f-two"}, ""),
        ({"text": "一致", "material": "m-two"}, "审查要点“一致”对应的材料“材料 m-two”（m-two），这个事项没有要"),
        ({"text": "一致", "field": "m-one"}, "审查要点“一致”对应的字段“m-one”，这个事项没有要"),
        ({"text": "一致", "material": "m-one", "field": "f-one"}, "只能对应一份材料或一个字段"),
        ({"material": "m-one"}, "缺少 "),
    ],
)
def test_a_review_point_looks_only_at_what_the_item_asks_for(point: dict[str, str], fault: str) -> None:
    faults = [str(one) for one in lint_all(county_of(points=[point])).get("do-it", [])]
    assert (faults == []) if not fault else any(fault in one for one in faults)


def test_a_code_is_given_to_one_item_alone() -> None:
    own = {"code": "甲-1", "code_scheme": "other"}
    found = Catalogue()
    for kind, rows in vars(dictionaries(items=by_code(item("a", elements=own), item("b", elements=own)))).items():
        for row in rows.values():
            found.add(kind.removesuffix("s"), row)
    found.add("matter", matter(step("a"), step("b")))
    assert any("实施编码 甲-1 已经用于 a" in str(fault) for fault in check_catalogue(found))


def test_what_follows_by_itself_stands_beside_what_is_filled() -> None:
    clock = {"unit": "calendar", "waits": [{"kind": "公告", "days": 30, "basis": "《某法》"}]}
    more: dict[str, Any] = {
        "clock": clock,
        "special_procedures": [{"kind": "听证", "basis": "《某法》第二条"}],
        "presence": {"times": 1, "who": "本人", "reason": "按指纹"},
    }
    plain = item_guides(scheme(Plan.from_json(plan_of(**more)), {}))[0]
    told = {fact.label: fact.texts for fact in plain.facts}
    assert told["行使层级"] == ("县级",) and told["办件类型"] == ("承诺件",)
    assert told["法定时限"] == (
        "20\u00a0个自然日",
        "依法公告 30\u00a0个自然日：《某法》",
        "听证的时间另算：《某法》第二条",
    )
    assert told["到现场"] == ("1\u00a0次，本人，按指纹",)
    assert "联办机构" not in told and "网办深度" not in told
    full = item_guides(scheme(Plan.from_json(plan_of(elements=WHOLE)), {}))[0]
    labels = [fact.label for fact in full.facts]
    assert labels[0] == "实施编码" and {"送达方式", "监督电话", "受理条件"} <= set(labels)
    assert full.answers == tuple(WHOLE["faq"])
    at_once = item_guides(scheme(Plan.from_json(plan_of(promised_days=0)), {}))[0]
    assert ("即办件",) in [fact.texts for fact in at_once.facts]


def test_how_much_is_filled() -> None:
    assert completeness({}) == completeness(None) == (0, 12)
    assert completeness(WHOLE) == (12, 12) and missing(WHOLE) == ()
    assert completeness({"delivery": ["post"], "faq": []}) == (1, 12)
    assert "送达方式" in missing({}) and "实施编码的规则" not in missing({})
    assert filled({"delivery": [], "code": "x"}) == {"code": "x"}


ITEM = "fire-safety-check"
PAGE = f"/admin/matters/item/{ITEM}/change/"


@pytest.fixture
def editor(few: None) -> Client:
    return signed_in("editor1")


def test_an_editor_fills_elements_in_plain_controls(editor: Client) -> None:
    data = shown(editor.get(PAGE).content)
    data |= {
        "element_code_scheme": "gbt-39554",
        "element_code": CODE,
        "element_faq": "要带原件吗？ | 不用",
        "element_acceptance": "表填全",
        "element_online_depth": "4",
        "points": "疏散通道畅通\n面积与平面图一致 | premises-floor-plan\n器材完好 |  |  | 《消防法》第十六条\n出口不上锁 |  |  |  | 现场",
    }
    asked = editor.post(PAGE, data).content.decode()
    assert "还没有保存：这一改会影响" in asked
    answer = editor.post(PAGE, shown(asked.encode()) | {"_save": "保存"})
    assert answer.status_code == 302
    row = Item.objects.get(pk=ITEM)
    assert row.elements == {
        "code_scheme": "gbt-39554",
        "code": CODE,
        "online_depth": "4",
        "acceptance": ["表填全"],
        "faq": [{"question": "要带原件吗？", "answer": "不用"}],
    }
    assert row.points == [
        "疏散通道畅通",
        {"text": "面积与平面图一致", "material": "premises-floor-plan"},
        {"text": "器材完好", "article": "《消防法》第十六条"},
        {"text": "出口不上锁", "site": True},
    ]
    draft = drafts(["open-restaurant"])["open-restaurant"]
    assert draft.differs and not draft.faults
    again = shown(editor.get(PAGE).content)
    assert again["element_faq"] == "要带原件吗？ | 不用" and "premises-floor-plan" in again["points"]
    assert again["points"].endswith("《消防法》第十六条\n出口不上锁 |  |  |  | 现场")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"element_code": "1", "element_code_scheme": "gbt-39554"}, "国家规则的实施编码是 31 位，现在是 1 位"),
        ({"element_code": "1"}, "实施编码和它的规则要一起填"),
        ({"element_faq": "只有问"}, "要写问和答"),
        ({"points": " | id-card"}, "第 1 行没有写要点"),
        ({"points": "要点 | m | f | x | 现场 | z"}, "只能有 5 栏"),
        ({"points": "要点 |  |  |  | 室内"}, "第 1 行最后一栏只能写“现场”或者空着"),
    ],
)
def test_a_fault_is_told_where_it_was_typed(editor: Client, typed: dict[str, str], sentence: str) -> None:
    data = shown(editor.get(PAGE).content) | typed
    page = editor.post(PAGE, data)
    assert page.status_code == 200 and sentence in page.content.decode()
    assert all(part in page.content.decode() for part in typed.values())
    assert Item.objects.get(pk=ITEM).elements == {}


def test_the_guide_shows_what_is_filled_and_what_follows(few: None, client: Client) -> None:
    page = client.get("/matters/open-restaurant/").content.decode()
    assert "每个事项的办事指南" in page and "行使层级" in page and "网办深度" not in page
    plan = stored_catalogue()
    row = plan.rows["item"][ITEM] | {"elements": WHOLE}
    plan.rows["item"][ITEM] = row
    paper = plan.rows["material"]["id-photo"]
    plan.rows["material"]["id-photo"] = paper | {"channel": "照相馆"}
    drawn = guide(Plan.from_json(compile_plan(plan.rows["matter"]["open-restaurant"], plan.dictionaries)), {})
    facts = next(one.facts for one in drawn.by_item if one.item.code == ITEM)
    assert ("网办深度", ("Ⅳ级（全程网办）",)) in [(fact.label, fact.texts) for fact in facts]


def test_dictionary_data_is_written_and_read_back(few: None) -> None:
    held = stored_catalogue()
    paper = held.rows["material"]["id-photo"] | {"prints": ["applicant-name"], "filling": "横线上签名"}
    known = held.rows["field"]["premises-area"] | {"source": "market", "sensitivity": "open", "definition": "建筑面积"}
    write_rows("material", [paper], {})
    write_rows("field", [known], {"premises-area": 5})
    after = stored_catalogue()
    assert after.rows["material"]["id-photo"] == paper and after.rows["field"]["premises-area"] == known
    assert list(Material.objects.get(pk="id-photo").prints.values_list("pk", flat=True)) == ["applicant-name"]
    assert Field.objects.get(pk="premises-area").source_id == "market"
