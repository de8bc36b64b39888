"""Every fault of the source is found, with its file and code. One spoiled copy of a small catalogue per row."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from matters.source.checking import check_source
from matters.source.reading import FILE_LIMIT, read_source
from tests.matters.builders import ask, department, form_field, item, material, matter, question, step

Row = dict[str, Any]
Files = dict[str, list[Row]]


def small() -> Files:
    """One matter of two items, without a fault."""
    return {
        "departments.yaml": [department("market"), department("fire"), department("above", level="city")],
        "towns.yaml": [{"code": "east", "name": "东镇"}],
        "materials/all.yaml": [material("m-one"), material("m-two")],
        "fields/all.yaml": [form_field(code) for code in ("f-one", "f-two", "f-three")],
        "items/all.yaml": [item("a"), item("b", department="fire", materials=[ask("m-two")])],
        "matters/all.yaml": [
            matter(
                step("a", essential=True),
                step("b", after=["a"], when={"q": ["yes"]}),
                questions=[question("q", "yes", "no")],
            )
        ],
    }


def write(root: Path, files: Files) -> Path:
    for name, rows in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.dump(rows, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return root


def faults_of(root: Path) -> list[str]:
    source, unreadable = read_source(root)
    return [str(fault) for fault in unreadable + check_source(source)[1]]


def test_the_small_catalogue_is_sound(tmp_path: Path) -> None:
    assert faults_of(write(tmp_path, small())) == []


def change(file: str, place: int, **values: Any) -> Callable[[Files], None]:
    return lambda files: files[file][place].update(values)


def drop(file: str, place: int, key: str) -> Callable[[Files], None]:
    return lambda files: files[file][place].pop(key)


def parents_in_a_circle(files: Files) -> None:
    files[DEPTS][0].update(parent="fire")
    files[DEPTS][1].update(parent="market")


def slow_under_one_answer(files: Files) -> None:
    """Enough days as long as the second step does not follow the first."""
    files[ITEMS][0].update(promised_days=8)
    files[ITEMS][1].update(promised_days=4)
    files[MATTERS][0].update(promised_days=8)
    files[MATTERS][0]["steps"][1].update(starts_after=["a"])


def add(file: str, row: Any) -> Callable[[Files], None]:
    return lambda files: files[file].append(row)


DEPTS, MATS, FLDS, ITEMS, MATTERS = (
    "departments.yaml",
    "materials/all.yaml",
    "fields/all.yaml",
    "items/all.yaml",
    "matters/all.yaml",
)
SPOILED: list[tuple[Callable[[Files], None], str]] = [
    (drop(DEPTS, 0, "level"), "departments.yaml：部门 market：缺少 level"),
    (change(DEPTS, 0, level="village"), "departments.yaml：部门 market：level：只能是"),
    (change(DEPTS, 0, parent="nowhere"), "departments.yaml：部门 market：没有上级部门 nowhere"),
    (
        parents_in_a_circle,
        "上级部门绕成了圈：market → fire → market",
    ),
    (change(DEPTS, 0, name=5), "name：应当是文字，写成了“5”"),
    (add(DEPTS, department("market")), "部门 market：代码重复，departments.yaml 里也有"),
    (add(DEPTS, department("Big Office")), "代码只能用小写字母、数字和连字符，写成了“Big Office”"),
    (add(MATS, material("m-three", name="材料 m-one")), "材料 m-three：与 m-one 同名"),
    (change(MATS, 0, provided_by="nobody"), "材料 m-one：provided_by：只能是"),
    (change(MATS, 0, provided_by="government"), "材料 m-one：由政府部门核发，却没有写核发部门"),
    (change(MATS, 0, issuer="nowhere"), "材料 m-one：没有核发部门 nowhere"),
    (change(MATS, 0, exempt="yes"), "材料 m-one：exempt：应当是 true 或 false"),
    (change(MATS, 0, result_of="c"), "材料 m-one：没有事项 c"),
    (change(MATS, 0, colour="red"), "材料 m-one：有不认识的键 colour"),
    (change(FLDS, 0, type="picture"), "字段 f-one：type：只能是"),
    (change(FLDS, 0, type="choice"), "字段 f-one：单选、多选至少要有 2 个选项"),
    (change(FLDS, 0, choices=[{"code": "x", "label": "甲"}, {"code": "x", "label": "乙"}]), "字段 f-one：选项 x 重复"),
    (change(FLDS, 0, min=5, max=1), "字段 f-one：最小值 5 大于最大值 1"),
    (change(FLDS, 0, min=float("nan")), "字段 f-one：min：数字太大或者不是数"),
    (change(FLDS, 0, pattern="(["), "字段 f-one：pattern：不是正确的正则表达式"),
    (change(FLDS, 0, prefill="mine"), "字段 f-one：预填来源写成了“mine”"),
    (change(FLDS, 0, prefill="result.c.number"), "字段 f-one：预填来源里没有事项 c"),
    (
        change(FLDS, 0, when={"z": ["yes"]}),
        "一件事 do-it：事项“事项 a”（a）的字段“字段 f-one”（f-one）的适用情形用到问题 z，但这件事不问它",
    ),
    (
        change(FLDS, 2, when={"q": ["maybe"]}),
        "事项“事项 b”（b）的字段“字段 f-three”（f-three）的适用情形用到问题“q？”（q）没有的选项 maybe",
    ),
    (change(ITEMS, 0, department=None), "事项 a：department：没有写由哪个部门办"),
    (change(ITEMS, 0, department="nowhere"), "事项 a：没有部门 nowhere"),
    (change(ITEMS, 0, kind="gift"), "事项 a：kind：只能是"),
    (change(ITEMS, 0, legal_basis=[]), "事项 a：legal_basis：至少要有 1 条"),
    (change(ITEMS, 0, legal_basis=["某法"]), "事项 a：法律依据要写明《…》：某法"),
    (change(ITEMS, 0, promised_days=21), "事项 a：承诺 21 个工作日，超过法定的 20 个"),
    (change(ITEMS, 0, promised_days=-1), "事项 a：promised_days：应当在 0 到"),
    (change(ITEMS, 0, promised_days=True), "事项 a：promised_days：应当是整数"),
    (change(ITEMS, 0, materials=[]), "事项 a：materials：至少要有 1 条"),
    (change(ITEMS, 0, fields=["f-one", "f-two"]), "事项 a：fields：至少要有 3 条"),
    (change(ITEMS, 0, fields=["f-one", "f-two", "f-two"]), "事项 a：字段 f-two 列了两次"),
    (change(ITEMS, 0, fields=["f-one", "f-two", "f-nine"]), "事项 a：没有字段 f-nine"),
    (change(ITEMS, 0, materials=[ask("m-one"), ask("m-one")]), "事项 a：材料 m-one 列了两次"),
    (change(ITEMS, 0, materials=[ask("m-nine")]), "事项 a：没有材料 m-nine"),
    (change(ITEMS, 0, materials=[ask("m-one", submit="fax")]), "事项 a：materials：第 1 条：submit：只能是"),
    (change(ITEMS, 0, materials=[ask("m-one", need="maybe")]), "事项 a：materials：第 1 条：need：只能是"),
    (
        change(ITEMS, 0, materials=[ask("m-one", when={"z": ["yes"]})]),
        "一件事 do-it：事项“事项 a”（a）的材料“材料 m-one”（m-one）的适用情形用到问题 z，但这件事不问它",
    ),
    (
        change(ITEMS, 0, materials=[ask("m-one", when={"q": ["yes", "maybe"]})]),
        "事项“事项 a”（a）的材料“材料 m-one”（m-one）的适用情形用到问题“q？”（q）没有的选项 maybe",
    ),
    (change(ITEMS, 0, result=None), "事项 a：result：应当是“键: 值”"),
    (change(ITEMS, 0, clock={"unit": "moon"}), "事项 a：clock：unit：只能是 working、calendar"),
    (add(ITEMS, item("c")), "事项 c：没有哪件事用到这个事项"),
    (change(MATTERS, 0, audience="all"), "一件事 do-it：audience：只能是"),
    (change(MATTERS, 0, level="city-county"), "一件事 do-it：层级写的是 city-county"),
    (
        change(MATTERS, 0, promised_days=4),
        "一件事 do-it：承诺 4 个工作日，而各环节并行也要 5 个（“q？”选“选 yes”时），最长的是“事项 a”（a）",
    ),
    (slow_under_one_answer, "而各环节并行也要 12 个（“q？”选“选 yes”时），最长的是“事项 a”（a） → “事项 b”（b）"),
    (
        change(MATTERS, 0, questions=[question("r", "yes", "no")]),
        "环节“事项 b”（b）的适用情形用到问题 q，但这件事不问它",
    ),
    (change(MATTERS, 0, questions=[question("q", "yes")]), "一件事 do-it：questions：第 1 条：choices：至少要有 2 条"),
    (change(MATTERS, 0, questions=[question("q", "yes", "yes")]), "一件事 do-it：问题 q 的选项 yes 重复"),
    (
        change(MATTERS, 0, questions=[question("q", "no", "none")]),
        "环节“事项 b”（b）的适用情形用到问题“q？”（q）没有的选项 yes",
    ),
    (
        change(MATTERS, 0, questions=[question("q", "yes", "no"), question("r", "yes", "no")]),
        "一件事 do-it：问题“r？”（r）不决定任何环节、材料或字段",
    ),
    (change(MATTERS, 0, steps=[]), "一件事 do-it：steps：至少要有 1 条"),
    (change(MATTERS, 0, steps=[step("a"), step("b"), step("a")]), "一件事 do-it：事项“事项 a”（a）列了两次"),
    (change(MATTERS, 0, steps=[step("a"), step("c")]), "一件事 do-it：没有事项 c"),
    (
        change(MATTERS, 0, steps=[step("a", after=["c"]), step("b")]),
        "一件事 do-it：环节“事项 a”（a）要等“c”，但这件事里没有它",
    ),
    (
        change(MATTERS, 0, steps=[step("a", after=["b"]), step("b", starts_after=["a"], when={"q": ["yes"]})]),
        "一件事 do-it：环节互相等待，绕成了圈：“事项 a”（a） → “事项 b”（b） → “事项 a”（a）",
    ),
    (
        change(MATTERS, 0, steps=[step("a", after=["a"]), step("b", when={"q": ["yes"]})]),
        "一件事 do-it：环节互相等待，绕成了圈：“事项 a”（a） → “事项 a”（a）",
    ),
    (
        change(MATTERS, 0, steps=[step("a", starts_after=["b"]), step("b", starts_after=["a"], when={"q": ["yes"]})]),
        "一件事 do-it：环节互相等待，绕成了圈：",
    ),
    (
        change(MATTERS, 0, steps=[step("a", when={"q": ["yes"]}), step("b", when={"q": ["yes"]})]),
        "一件事 do-it：有的答案下一个环节也没有：“q？”选“选 no”",
    ),
    (add(MATTERS, matter(step("a"), code="do-more")), "一件事 do-more：编号 1 与 do-it 重复"),
    (add(MATTERS, {"number": 3}), "一件事 第 2 条：缺少 code"),
    (add(MATTERS, "a line"), "一件事 第 2 条：应当是“键: 值”，写成了“a line”"),
]


@pytest.mark.parametrize(("spoil", "expected"), SPOILED, ids=[expected[:60] for _, expected in SPOILED])
def test_each_fault_is_told_once_where_it_is(tmp_path: Path, spoil: Callable[[Files], None], expected: str) -> None:
    files = small()
    spoil(files)
    found = faults_of(write(tmp_path, files))
    assert len([text for text in found if expected in text]) == 1, found


def test_all_faults_are_listed_together(tmp_path: Path) -> None:
    files = small()
    files[DEPTS][0].update(level="village")
    files[MATS][0].update(issuer="nowhere", exempt="no")
    files[ITEMS][1].update(promised_days=99)
    files[MATTERS][0].update(promised_days=0, audience="all")
    assert len(faults_of(write(tmp_path, files))) == 4  # rows that are faulty themselves are not judged further


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"- code: [", "items/all.yaml：不是正确的 YAML：第 2 行第 1 列"),
        ("- code: 甲\n  code: 乙\n".encode(), "items/all.yaml：不是正确的 YAML：第 2 行第 3 列，键 code 写了两次"),
        (b"code: a\n", "items/all.yaml：内容不是列表"),
        (b"", "items/all.yaml：内容不是列表"),
        ("- name: 事项".encode("gbk"), "items/all.yaml：不是 UTF-8 编码（第 9 个字节起），像是 GBK 编码"),
        (b"- \xff\xfe\xff", "items/all.yaml：不是 UTF-8 编码（第 3 个字节起），请"),
        (b"- !!python/object/apply:os.system [ls]", "items/all.yaml：不是正确的 YAML"),
        (b"[" * 200_000, "items/all.yaml：不是正确的 YAML"),
        (b"#" * (FILE_LIMIT + 1), "items/all.yaml：文件太大"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, raw: bytes, expected: str) -> None:
    root = write(tmp_path, small())
    (root / "items" / "all.yaml").write_bytes(raw)
    found = faults_of(root)
    assert any(expected in text for text in found), found
    assert not any("没有事项" in text for text in found), "what cannot be read is not missing"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    root = write(tmp_path, small())
    for path in root.rglob("*.yaml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert faults_of(root) == []


def test_missing_files_are_faults(tmp_path: Path) -> None:
    assert [text for text in faults_of(tmp_path) if "没有找到文件" in text] == [
        "departments.yaml：没有找到文件",
        "towns.yaml：没有找到文件",
        "materials/*.yaml：没有找到文件",
        "fields/*.yaml：没有找到文件",
        "items/*.yaml：没有找到文件",
        "matters/*.yaml：没有找到文件",
    ]
