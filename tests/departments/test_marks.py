"""The 文号字 that a department's document numbers begin with."""

import pytest

from departments.marks import default_mark, free_mark
from departments.models import Department
from departments.operations.marks import fill_marks


@pytest.mark.parametrize(
    ("name", "short_name", "level", "mark"),
    [
        ("灌南县行政审批局", "行政审批局", "county", "灌行审"),
        ("灌南县市场监督管理局", "市场监管局", "county", "灌市监"),
        ("连云港市灌南生态环境局", "生态环境局", "county", "灌环"),
        ("灌南县住房和城乡建设局", "住建局", "county", "灌建"),
        ("连云港市住房公积金管理中心灌南管理部", "公积金管理部", "county", "灌公积金"),
        ("灌南县城市管理局", "城管局", "county", "灌城管"),
        ("灌南县消防救援大队", "消防救援大队", "county", "灌消"),
        ("中共灌南县委宣传部（县新闻出版局、县电影局）", "县新闻出版局", "county", "灌新出"),
        ("灌南县各镇便民服务中心", "镇便民中心", "township", "灌便民"),
        ("连云港市交通运输局", "市交通运输局", "city", "连交"),
        ("灌南县林业局", "林业局", "county", "灌林业"),
        ("灌南县大数据局（筹）", "大数据局（筹）", "county", "灌大数据"),
        ("局", "局", "county", "灌局"),
    ],
)
def test_default_mark(name: str, short_name: str, level: str, mark: str) -> None:
    assert default_mark(name, short_name, level) == mark


def test_two_departments_never_number_alike() -> None:
    assert free_mark("灌农", "农业农村局", set()) == "灌农"
    assert free_mark("灌农", "农业农村局", {"灌农"}) == "灌农业农村局"
    assert free_mark("灌农", "农业农村局", {"灌农", "灌农业农村局"}) == "灌农2"


@pytest.mark.django_db
def test_filling_keeps_what_the_county_entered() -> None:
    Department.objects.create(code="approval", name="灌南县行政审批局", short_name="行政审批局", mark="灌行审许")
    Department.objects.create(code="market", name="灌南县市场监督管理局", short_name="市场监管局")
    Department.objects.create(code="market-2", name="灌南县市场监督管理二局", short_name="市场监管二局")
    assert fill_marks() == 2
    assert fill_marks() == 0
    assert dict(Department.objects.values_list("code", "mark")) == {
        "approval": "灌行审许",
        "market": "灌市监",
        "market-2": "灌市场监管二局",
    }
