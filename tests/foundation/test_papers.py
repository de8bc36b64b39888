"""Papers as PDF: what was typed stays text, data of another shape is refused in words, files stay small."""

from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.utils import timezone

from foundation.documents import rendering
from foundation.documents.models import Document
from foundation.documents.rendering import TemplateFault, render, revision_of, verify_address
from foundation.documents.shapes import REQUIRED, faults

LARGEST = 100 * 1024  # bytes; nearly all of it is the part of the font that the paper uses
AUTHORITY = {"authority": "灌南县行政审批局", "date": "2026年11月22日", "contact": "0518-83220000"}
FACTS = [["办件编号", "32072420261122Y000018"], ["申请人", "张婷"], ["单位", "灌南县灌河餐饮有限公司"]]
NOTICE = {
    **AUTHORITY,
    "to": "张婷",
    "facts": FACTS,
    "paragraphs": ["你（单位）申请的“我要开餐馆”，材料齐全、符合法定形式，现予受理。"],
    "table": {"columns": ["序", "材料"], "widths": [1, 8], "rows": [["1", "公司章程"]]},
    "after": ["如不服本决定，可以自收到本通知书之日起六十日内依法申请行政复议。"],
}
TYPED = '#panic("x") #read("/etc/passwd") $x$ *粗* _斜_ `码` <a> @b \\ ] } // /* \\u0007" 张婷'


def paper(template="notice", data=None, **changed):
    plain = {
        "kind": "acceptance",
        "title": "受理通知书",
        "authority": "approval",
        "number": "灌行审受〔2026〕00018号",
        "issued_at": timezone.now(),
        "sample": True,
    }
    data = data if data is not None else {"notice": NOTICE, "certificate": {**AUTHORITY, "facts": FACTS}}[template]
    return Document(template=template, data=data, **plain | changed)


def opened(pdf):
    return pikepdf.open(BytesIO(pdf))


@pytest.mark.parametrize("template", REQUIRED)
@pytest.mark.parametrize("sample", [True, False])
def test_each_template_gives_one_small_archival_page(template, sample):
    pdf = render(paper(template, sample=sample))
    assert len(pdf) <= LARGEST
    with opened(pdf) as read, read.open_metadata() as described:
        assert (described["pdfaid:part"], described["pdfaid:conformance"]) == ("2", "B")
        assert len(read.pages) == 1
        assert "/StructTreeRoot" in read.Root, "tagged, for those who listen"
        fonts = [font.FontDescriptor for thing in read.objects if (font := _face(thing)) is not None]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts), "every face is inside"


def _face(thing):
    is_face = isinstance(thing, pikepdf.Dictionary) and "/FontDescriptor" in thing
    return thing if is_face else None


def test_the_same_paper_is_the_same_file():
    document = paper()
    assert render(document) == render(document)


@pytest.mark.parametrize("template", REQUIRED)
def test_what_was_typed_stays_text_wherever_it_stands(template):
    everywhere = {
        "authority": TYPED,
        "to": TYPED,
        "date": TYPED,
        "contact": TYPED,
        "facts": [[TYPED, TYPED]],
        "paragraphs": [TYPED],
        "after": [TYPED],
        "table": {"columns": [TYPED], "widths": [1], "rows": [[TYPED]]},
    }
    with opened(render(paper(template, everywhere, title=TYPED, number=TYPED))) as read:
        assert len(read.pages) >= 1


def test_very_long_words_run_over_pages():
    with opened(render(paper(data={**NOTICE, "paragraphs": ["长" * 3000, "x" * 500, ""]}))) as read:
        assert len(read.pages) > 1


def test_a_character_that_no_font_has_is_printed_as_a_gap_and_the_paper_is_made(caplog):
    """PDF/A refuses what has no glyph; a paper must not hang for one rare character or an emoji."""
    odd = "𠮷田😀𪚥\ue123👍🏽"
    render(paper(data={**NOTICE, "to": odd, "paragraphs": [odd], "facts": [[odd, odd]]}, title=odd))
    assert "U+1F600" in caplog.text
    assert "U+2A6A5" in caplog.text
    assert "𠮷" not in caplog.text


def test_what_nobody_sees_leaves_no_trace(caplog):
    unseen = "张\u200b婷\u202e\x00\x07\x1f\x7f\ufeff\u00ad\ufe0f"
    document = paper(data={**NOTICE, "to": unseen, "paragraphs": ["两\n行\t一"]})
    plain = paper(data={**NOTICE, "to": "张婷", "paragraphs": ["两\n行\t一"]}, token=document.token)
    plain.issued_at = document.issued_at
    assert render(document) == render(plain)
    assert not caplog.records


def test_a_receipt_of_twenty_six_materials_stays_on_one_page_and_small():
    names = (
        "公司登记（备案）申请书 公司章程 法定代表人、董事、监事和高级管理人员的任职文件 住所（经营场所）使用证明 食品经营许可申请书 "
        "食品经营设备布局图、操作流程图 食品安全管理制度目录 从业人员健康证明 消防安全检查申报表 消防安全制度、灭火和应急疏散预案 "
        "室内装修消防设计施工图 户外招牌效果图 房屋产权人同意设置的证明 油烟净化设施说明 排水户申请表 餐厨废弃物收运协议 授权委托书 "
        "经办人身份证 股东身份证明 建设工程消防验收备案凭证 电气防火检测报告 环境影响登记表 排污口位置图 水质检测报告 燃气安全检查记录 噪声防治说明"
    ).split()
    rows = [[str(n), name, "验原件收复印件", "1", "已收"] for n, name in enumerate(names, 1)]
    assert len(rows) == 26
    table = {"columns": ["序", "材料", "方式", "份数", "状态"], "widths": [1, 8, 4, 2, 3], "rows": rows}
    pdf = render(paper(data={**NOTICE, "table": table}))
    assert len(pdf) <= LARGEST
    with opened(pdf) as read:
        assert len(read.pages) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"authority": ""}, "authority is missing"),
        ({"date": None}, "date is missing"),
        ({"to": 7}, "to is not text"),
        ({"paragraphs": "一段"}, "paragraphs is not a list of texts"),
        ({"after": [None]}, "after is not a list of texts"),
        ({"facts": [["一个"]]}, "facts is not a list of pairs"),
        ({"facts": "x"}, "facts is not a list of pairs"),
        ({"table": {"columns": []}}, "table lacks"),
        ({"table": {"columns": ["a"], "widths": [1], "rows": [["1", "2"]]}}, "row 1 of the table has 2 cells"),
        ({"table": {"columns": ["a"], "widths": [0], "rows": []}}, "one positive width a column"),
        ({"table": {"columns": ["a"], "widths": [1], "rows": [[1]]}}, "not text"),
    ],
)
def test_data_of_another_shape_is_refused_in_words(change, said):
    with pytest.raises(TemplateFault, match=said):
        render(paper(data={**NOTICE, **change}))


def test_an_unknown_template_is_named():
    assert faults("forgotten", NOTICE) == ["there is no template forgotten"]


def test_the_revision_is_that_of_the_template_and_the_code_holds_the_address(settings):
    assert revision_of("notice") != revision_of("certificate")
    settings.SITE_URL = "https://portal.example.cn"
    document = paper()
    assert verify_address(document) == f"https://portal.example.cn/verify/{document.token}/"


def test_fonts_are_read_once_and_come_from_the_wheel_alone():
    render(paper())
    assert rendering.fonts() is rendering.fonts()
    assert {family[:13] for family in rendering.fonts().families()} == {"Noto Sans CJK"}


@pytest.mark.parametrize("rows", range(30, 46))
def test_no_seal_and_no_place_to_sign_stands_on_a_page_without_text(rows):
    table = {"columns": ["栏目", "内容"], "widths": [4, 9], "rows": [["店名", "灌河渔家菜馆"]] * rows}
    data = {**AUTHORITY, "table": table, "after": ["第一句。", "末句在此。"], "signs": ["申请人（签字）", "日期"]}
    with pypdfium2.PdfDocument(render(paper(data=data))) as pdf:
        last = "".join(pdf[len(pdf) - 1].get_textpage().get_text_bounded().split())
    assert all(words in last for words in ("末句在此", "申请人（签字）", "（印章）"))
