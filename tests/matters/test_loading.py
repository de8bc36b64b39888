"""Loading: whole, idempotent, quick, and never over what an administrator changed."""

import shutil
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from departments.access import SYSTEM, VISITOR, Actor
from departments.models import Department, Town
from foundation.errors import NotAllowed
from matters.models import Field, Item, ItemMaterial, LoadedRow, Material, Matter, Question, Revision, Step
from matters.operations.loading import FaultySource, Report, load_catalogue
from matters.published import current_plan
from tests.catalogue import COUNTY, FEW

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(few_files: Path, tmp_path: Path) -> Path:
    """A copy of the few matters' files to change and to spoil."""
    return Path(shutil.copytree(few_files, tmp_path / "catalogue"))


def load(root: Path, **other: Any) -> Report:
    return load_catalogue(root=root, actor=SYSTEM, **other)


def edit(path: Path, code: str, **changes: Any) -> None:
    rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    next(row for row in rows if row["code"] == code).update(changes)
    path.write_text(yaml.dump(rows, allow_unicode=True, sort_keys=False), encoding="utf-8")


def test_the_county_is_loaded_and_published(db: None) -> None:
    began = time.monotonic()
    report = load(COUNTY)
    assert time.monotonic() - began < 30  # a few seconds on a quiet machine
    assert len(report.published) == Matter.objects.count() == Revision.objects.count() == 100
    assert set(Revision.objects.values_list("number", "reason")) == {(1, "导入")}
    counts = [model.objects.count() for model in (Department, Town, Material, Field, Item)]
    assert counts == [33, 11, 466, 591, 161]
    plan = current_plan("open-restaurant").plan
    assert [step.item for step in plan.steps][:2] == ["business-registration", "seal-filing"]
    assert plan.items["business-registration"].own_form and plan.items["business-registration"].creates_applicant


def test_a_second_load_changes_nothing(few: None, files: Path) -> None:
    before = list(LoadedRow.objects.order_by("id").values())
    report = load(files)
    assert (report.created, report.updated, report.published, report.kept) == ([], [], [], [])
    forced = load(files, force=True)
    assert (forced.created, forced.updated, forced.published) == ([], [], [])
    assert list(LoadedRow.objects.order_by("id").values()) == before


def test_order_of_rows_and_files_changes_no_revision(few: None, files: Path) -> None:
    for path in [*files.glob("materials/*.yaml"), *files.glob("items/*.yaml"), *files.glob("matters/*.yaml")]:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        path.write_text(yaml.dump(rows[::-1], allow_unicode=True), encoding="utf-8")
    report = load(files)
    assert (report.created, report.updated, report.published) == ([], [], [])


def test_a_changed_file_publishes_only_where_the_plan_changed(few: None, files: Path) -> None:
    edit(files / "items" / "fire.yaml", "fire-safety-check", promised_days=6)
    report = load(files)
    using = set(Step.objects.filter(item="fire-safety-check").values_list("matter_id", flat=True))
    assert report.updated == [("item", "fire-safety-check")]
    assert set(report.published) == using and 0 < len(using) < len(FEW)
    found = current_plan("open-restaurant")
    assert (found.number, found.plan.items["fire-safety-check"].promised_days) == (2, 6)
    first = Revision.objects.get(matter="open-restaurant", number=1)
    assert next(i for i in first.plan["items"] if i["code"] == "fire-safety-check")["promised_days"] == 7


def test_an_administrators_change_is_kept_without_force(few: None, files: Path) -> None:
    Item.objects.filter(pk="fire-safety-check").update(name="消防检查")
    Department.objects.filter(pk="fire").update(phone="0518-0000", short_name="消防队")
    edit(files / "items" / "fire.yaml", "fire-safety-check", promised_days=6)
    edit(files / "matters" / "catering-lodging.yaml", "open-restaurant", summary="换了说明")
    report = load(files)
    assert set(report.kept) == {("item", "fire-safety-check"), ("department", "fire")}
    assert report.differing == [("item", "fire-safety-check")]
    assert Item.objects.get(pk="fire-safety-check").name == "消防检查"
    # The matter holds an unpublished edit: publishing it under 导入 would publish that as well.
    assert report.published == [] and report.unpublished == ["open-restaurant"]
    assert load(files).kept == []  # the same files again: nothing to do

    forced = load(files, force=True)
    assert Item.objects.get(pk="fire-safety-check").promised_days == 6
    assert Department.objects.get(pk="fire").phone == "0518-0000"  # the files know nothing of phones
    assert "open-restaurant" in forced.published and forced.kept == []
    assert current_plan("open-restaurant").plan.summary == "换了说明"


def test_what_was_deleted_here_stays_deleted(few: None, files: Path) -> None:
    Question.objects.filter(matter="open-restaurant").delete()
    Step.objects.filter(matter="open-restaurant").update(when=None)
    edit(files / "materials" / "common.yaml", "id-photo", description="换了说明")
    report = load(files)
    assert report.kept == [("matter", "open-restaurant")]
    assert "open-restaurant" not in report.published
    assert not Question.objects.filter(matter="open-restaurant").exists()


def test_kept_edits_that_break_the_new_files_refuse_the_load(few: None, files: Path) -> None:
    Question.objects.filter(matter="open-restaurant", code="scale").delete()
    Step.objects.filter(matter="open-restaurant", item="fire-safety-check").update(when=None)
    rows = yaml.safe_load((files / "items" / "market.yaml").read_text(encoding="utf-8"))
    licence = next(row for row in rows if row["code"] == "food-business-licence")
    for row in yaml.safe_load((files / "items" / "fire.yaml").read_text(encoding="utf-8")):
        assert row["code"] == "fire-safety-check"
    asks = [dict(ask) for ask in licence["materials"]]
    asks[0]["when"] = {"scale": ["large"]}
    edit(files / "items" / "market.yaml", "food-business-licence", materials=asks)
    with pytest.raises(FaultySource):
        load(files)
    assert not ItemMaterial.objects.filter(item="food-business-licence").exclude(when=None).exists()


def test_optional_keys_are_kept(few: None, files: Path) -> None:
    edit(
        files / "items" / "fire.yaml",
        "fire-safety-check",
        points=["疏散通道畅通"],
        clock={"unit": "working", "waits": [{"kind": "公示", "days": 3, "basis": "《某办法》第一条"}]},
        presence={"times": 1, "who": "负责人", "reason": "现场核查"},
        deferral_days=5,
    )
    edit(files / "materials" / "common.yaml", "id-photo", may_not_apply=True)
    load(files)
    item = current_plan("open-restaurant").plan.items["fire-safety-check"]
    assert (item.points, item.deferral_days) == (("疏散通道畅通",), 5)
    assert item.clock.waits[0].days == 3 and item.presence is not None
    assert Material.objects.get(pk="id-photo").may_not_apply


def test_two_names_may_be_exchanged(few: None, files: Path) -> None:
    names = dict(Material.objects.filter(code__in=["id-card", "id-photo"]).values_list("code", "name"))
    edit(files / "materials" / "common.yaml", "id-card", name=names["id-photo"])
    edit(files / "materials" / "common.yaml", "id-photo", name=names["id-card"])
    load(files)
    assert Material.objects.get(pk="id-card").name == names["id-photo"]


def test_nobody_but_the_system_publishes_by_loading(db: None) -> None:
    for actor in (VISITOR, Actor(user_id=1, name="何静", editor=True)):
        with pytest.raises(NotAllowed, match="另一名管理员批准"):
            load_catalogue(root=COUNTY, actor=actor)


def test_a_fault_loads_nothing(db: None, files: Path) -> None:
    edit(files / "items" / "fire.yaml", "fire-safety-check", promised_days=600)
    with pytest.raises(FaultySource) as refused:
        load(files)
    texts = [str(fault) for fault in refused.value.faults]
    assert any(text.startswith("items/fire.yaml：事项 fire-safety-check：承诺 600") for text in texts)
    assert not Department.objects.exists() and not Matter.objects.exists() and not LoadedRow.objects.exists()
