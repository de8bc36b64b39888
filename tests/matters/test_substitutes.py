"""Which papers data could replace, and what is missing where they cannot."""

from typing import Any

import pytest
from django.test import Client

from matters.compiling import Dictionaries
from matters.substitutes import substitutes
from tests.matters.builders import ask, by_code, department, form_field, item, material, matter, step
from tests.matters.test_editing import signed_in


def known(paper: dict[str, Any], *fields: dict[str, Any]) -> Dictionaries:
    return Dictionaries(
        departments=by_code(department("market"), department("police")),
        materials=by_code(
            material("own"), material("paper", **{"provided_by": "government", "issuer": "police"} | paper)
        ),
        fields=by_code(*fields),
        items=by_code(item("a", materials=[ask("own"), ask("paper")]), item("b", materials=[ask("paper")])),
    )


NAME, AREA = form_field("name", source="police"), form_field("area")


@pytest.mark.parametrize(
    ("paper", "fields", "replaceable", "reason"),
    [
        ({"prints": ["name"]}, [NAME], True, "字段 name可以向police查"),
        ({"prints": ["name", "area"]}, [NAME, AREA], False, "字段 area还没有数源部门"),
        ({}, [], False, "还没有写上面印着哪些字段"),
        ({"exempt": True}, [], True, "已经免提交。还没有写上面印着哪些字段"),
        ({"prints": ["gone"]}, [], False, "还没有写上面印着哪些字段"),
    ],
)
def test_a_paper_can_be_replaced_when_every_printed_field_has_a_source(
    paper: dict[str, Any], fields: list[dict[str, Any]], replaceable: bool, reason: str
) -> None:
    found = substitutes(matter(step("a"), step("b")), known(paper, *fields))
    assert [(one.code, one.replaceable, one.reason) for one in found] == [("paper", replaceable, reason)]
    assert found[0].items == ("事项 a", "事项 b") and found[0].issuer == "police"


@pytest.mark.parametrize(
    ("paper", "field", "draft"),
    [
        ({"prints_draft": True}, {}, True),
        ({}, {"source_draft": True}, True),
        ({}, {}, False),
    ],
)
def test_what_rests_on_a_draft_says_so(paper: dict[str, Any], field: dict[str, Any], draft: bool) -> None:
    found = substitutes(matter(step("a")), known({"prints": ["name"], **paper}, NAME | field))
    assert found[0].draft is draft


def test_the_page_of_a_matter(few: None) -> None:
    editor = signed_in("editor1")
    page = editor.get("/admin/matters/matter/open-restaurant/data/").content.decode()
    assert "居民身份证" in page and "待部门确认" in page and "已经免提交" in page
    assert "办事指南要素：已填 0 项" in page
    assert editor.get("/admin/matters/matter/nothing/data/").status_code == 404
    other = Client()
    assert other.get("/admin/matters/matter/open-restaurant/data/").status_code == 302
