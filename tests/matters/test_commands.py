"""The two commands: what they print, and how they end."""

import io
import json
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from matters.models import Matter


def run(*args: str) -> tuple[str, str, int]:
    """Output, errors and exit status of a command."""
    out, errors, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command(*args, stdout=out, stderr=errors)
    except SystemExit as end:
        status = int(str(end.code))
    return out.getvalue(), errors.getvalue(), status


def test_figures_of_one_matter(loaded: None) -> None:
    out, _, status = run("catalogue_figures", "open-restaurant")
    assert status == 0
    assert "部门 7 个" in out and "各部门分别要 47 份（asked），合并后 26 份（merged）" in out
    assert "串联 20 个工作日，并联 7 个，承诺 15 个（改革前 60 天）" in out
    data = json.loads(run("catalogue_figures", "open-restaurant", "--json")[0])
    assert (data["steps"], data["asked"], data["merged"]) == (9, 47, 26)
    assert (data["series_days"], data["parallel_days"], data["promised_days"]) == (20, 7, 15)
    assert len(data["departments"]) == 7


def test_figures_of_the_whole_catalogue(loaded: None) -> None:
    out, errors, status = run("catalogue_figures")
    assert (errors, status) == ("", 0)
    assert "100 件 = 企业 69 + 个人 31 = 单部门 17 + 联办 83；市县联办 3 件；第一批 20 件" in out
    assert out.rstrip().endswith("与公布的数字一致。")
    data = json.loads(run("catalogue_figures", "--json")[0])
    assert data["totals"]["joint"] == 83 and len(data["matters"]) == 100 and data["faults"] == []


def test_figures_that_do_not_hold_end_with_one(loaded: None) -> None:
    Matter.objects.filter(pk="open-bookshop").update(withdrawn_at="2026-11-22T00:00:00+08:00")
    _, errors, status = run("catalogue_figures")
    assert status == 1 and "一件事总数是 99，公布的是 100" in errors


def test_figures_of_nothing(db: None) -> None:
    with pytest.raises(CommandError, match="没有这件事"):
        call_command("catalogue_figures", "open-moon")


def test_loading_says_what_it_did(few: None, few_files: Path, tmp_path: Path) -> None:
    out, _, status = run("load_catalogue", str(few_files))
    assert status == 0 and "新增 0 条，更新 0 条" in out and "发布 0 件事的新版本" in out
    Matter.objects.filter(pk="open-bookshop").update(summary="管理员改的")
    files = Path(shutil.copytree(few_files, tmp_path / "catalogue"))
    with (files / "towns.yaml").open("a", encoding="utf-8") as towns:
        towns.write("- {code: new-town, name: 新镇}\n")
    out, _, status = run("load_catalogue", str(files))
    assert status == 0 and "新增 1 条" in out
    assert "管理员改过，保留未动（--force 才覆盖）：一件事 open-bookshop" in out


def test_loading_lists_every_fault_and_ends_with_one(db: None, few_files: Path, tmp_path: Path) -> None:
    files = Path(shutil.copytree(few_files, tmp_path / "catalogue"))
    with (files / "towns.yaml").open("a", encoding="utf-8") as towns:
        towns.write("- {code: New Town, name: 新镇}\n- {code: xinan, name: 新安镇}\n")
    out, errors, status = run("load_catalogue", str(files))
    assert (out, status) == ("", 1)
    assert "towns.yaml：镇 New Town：code：代码只能用小写字母" in errors
    assert "towns.yaml：镇 xinan：代码重复，towns.yaml 里也有" in errors
    assert "目录有 2 处错误，没有导入任何内容。" in errors
    assert run("load_catalogue", str(tmp_path / "nowhere"))[2] == 1
