"""递交前看一遍: a table of what is noticed; every advice has a reason and what to do, and none is a lock."""

from datetime import date

import pytest

from applications.checking import FileFacts, PaperFacts, advice

TODAY = date(2026, 3, 2)
GOOD = FileFacts("图.jpg", 3000, 2000)


def said(*files: FileFacts, wanted: bool = True, names: tuple[str, ...] = ("张婷",)) -> list[str]:
    return [one.reason for one in advice([PaperFacts("plan", "平面图", wanted, files)], names, TODAY)]


@pytest.mark.parametrize(
    ("file", "word"),
    [
        (FileFacts("小.jpg", 600, 400), "600×400"),
        (FileFacts("白.jpg", 3000, 2000, blank=True), "空白"),
        (FileFacts("白.pdf", blank=True), "空白"),
        (FileFacts("旧.jpg", 3000, 2000, valid_until=date(2026, 3, 1)), "过期"),
        (FileFacts("快.jpg", 3000, 2000, valid_until=date(2026, 4, 1)), "就过期"),
        (FileFacts("证.jpg", 3000, 2000, read_name="王磊"), "不一样"),
    ],
)
def test_what_is_noticed(file, word):
    (reason,) = said(file)
    assert word in reason
    assert file.name in reason


@pytest.mark.parametrize(
    "file",
    [
        GOOD,
        FileFacts("合同.docx"),
        FileFacts("长.pdf", valid_until=date(2026, 4, 2)),
        FileFacts("证.jpg", 3000, 2000, read_name="张 婷"),
        FileFacts("边.jpg", 1000, 20),
    ],
)
def test_what_is_in_order(file):
    assert said(file) == []


def test_a_paper_not_sent_is_missing_only_where_it_is_wanted_now():
    assert said() == ["还没有传"]
    assert said(wanted=False) == []


def test_names_are_compared_with_all_that_the_form_knows():
    file = FileFacts("执照.jpg", 3000, 2000, read_name="灌河（餐饮）有限公司")
    assert said(file, names=("张婷", "灌河(餐饮)有限公司")) == []
    assert said(file, names=()) == []
    assert len(said(file)) == 1


def test_every_advice_says_what_to_do():
    files = tuple(FileFacts("a.jpg", 10, 10, blank, day, "x") for blank in (True, False) for day in (TODAY, None))
    assert all(one.fix for one in advice([PaperFacts("a", "a", True, files)], ["y"], TODAY))
