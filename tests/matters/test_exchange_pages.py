"""The pages of export and import: downloads, the upload with its limit, the preview, the record."""

import io
import zipfile
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from departments.models import Post, Role
from matters.exchange.package import UPLOAD_LIMIT
from matters.models import CatalogueImport, Material
from matters.operations.importing import apply_import, stage_import
from tests.matters.workbooks import Book, edited, editor, opened, put, row_of, zipped

UPLOAD = "/admin/matters/catalogueimport/add/"
LIST = "/admin/matters/catalogueimport/"
PENDING = "/admin/matters/matter/pending/"

pytestmark = pytest.mark.usefixtures("few")


@pytest.fixture
def client_of_editor(client: Client) -> Client:
    client.force_login(User.objects.get(pk=editor().user_id))
    return client


def rename(book: Book) -> None:
    put(book["材料"], row_of(book["材料"], 代码="id-card"), "名称", "<b>新名字</b>")


def upload(client: Client, content: bytes, name: str = "改过的目录.xlsx") -> str:
    """The page after an upload."""
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)}, follow=True).content.decode()


def preview() -> str:
    return f"{LIST}{CatalogueImport.objects.get().pk}/change/"


def test_the_whole_catalogue_is_a_download(client_of_editor: Client) -> None:
    answer = client_of_editor.get("/admin/matters/matter/export-xlsx/")
    assert "一件事目录-" in unquote(answer["Content-Disposition"])
    assert "环节" in opened(answer.content).sheetnames
    answer = client_of_editor.get("/admin/matters/matter/export-yaml/")
    assert "items/fire.yaml" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()


def test_upload_preview_apply_and_what_waits(client_of_editor: Client) -> None:
    page = upload(client_of_editor, edited(rename))
    assert "居民身份证" in page and "&lt;b&gt;新名字&lt;/b&gt;" in page and "<b>新名字" not in page
    assert "件事的方案会变" in page and "我要开餐馆" in page
    assert Material.objects.get(pk="id-card").name == "居民身份证"
    done = client_of_editor.post(preview(), follow=True).content.decode()
    assert "已导入，存为草稿" in done and "去待发布的修改" in done
    assert Material.objects.get(pk="id-card").name == "<b>新名字</b>"
    assert "我要开餐馆" in client_of_editor.get(PENDING).content.decode()
    assert "已经完成" in client_of_editor.post(preview(), follow=True).content.decode()
    assert "改过的目录.xlsx" in client_of_editor.get(LIST).content.decode()
    history = client_of_editor.get("/admin/matters/material/id-card/history/").content.decode()
    assert "表格导入：改过的目录.xlsx" in history


def test_faults_stand_on_the_page_with_sheet_and_row(client_of_editor: Client) -> None:
    def spoil(book: Book) -> None:
        put(book["事项"], 2, "审批部门代码", "no-such")

    page = upload(client_of_editor, edited(spoil))
    assert "有 1 处要改，什么也没有导入" in page
    assert all(
        text in page for text in ("没有部门 no-such", "审批部门代码", '<td class="pr-4 whitespace-nowrap">2</td>')
    )
    assert not CatalogueImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "是空的"),
        (b"PK" + b"\0" * UPLOAD_LIMIT, "超过 10 MB"),
        (b"\0" * 100_000_000, "超过 10 MB"),
        ("代码,名称".encode("gbk"), "这不是 Excel 工作簿"),
        (zipped({"xl/workbook.xml": b"x"}), "打不开"),
    ],
    ids=["empty", "just too large", "a hundred megabytes", "commas", "broken"],
)
def test_a_file_that_is_none_is_told_on_the_page(content: bytes, said: str, client_of_editor: Client) -> None:
    assert said in upload(client_of_editor, content)
    assert not CatalogueImport.objects.exists()


def test_no_file_is_told_too(client_of_editor: Client) -> None:
    assert "请选一个文件" in client_of_editor.post(UPLOAD).content.decode()


def test_the_upload_needs_its_token(few: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(pk=editor().user_id))
    assert strict.post(UPLOAD, {"file": SimpleUploadedFile("a.xlsx", b"x")}).status_code == 403


def test_a_change_meanwhile_is_told_and_nothing_written(client_of_editor: Client) -> None:
    upload(client_of_editor, edited(rename))
    Material.objects.filter(pk="id-photo").update(description="别人刚改的")
    assert "又有改动" in client_of_editor.post(preview(), follow=True).content.decode()
    assert Material.objects.get(pk="id-card").name == "居民身份证"


def test_another_editor_reads_and_does_not_apply(client_of_editor: Client) -> None:
    other = editor("editor2", "吴军")
    stage_import(content=edited(rename), name="x.xlsx", actor=other)
    page = client_of_editor.get(preview()).content.decode()
    assert "这是 吴军 上传的" in page
    client_of_editor.post(preview())
    assert Material.objects.get(pk="id-card").name == "居民身份证"
    apply_import(staged=CatalogueImport.objects.get().pk, actor=other)
    assert "吴军 于" in client_of_editor.get(preview()).content.decode()


def test_a_supervisor_comes_nowhere_near(client: Client) -> None:
    user = User.objects.create(username="u", name="某人", is_staff=True)
    Post.objects.create(user=user, role=Role.SUPERVISOR)
    client.force_login(user)
    for address in ("/admin/matters/matter/export-xlsx/", "/admin/matters/matter/export-yaml/", UPLOAD, LIST):
        answer = client.get(address)
        assert answer.status_code in (302, 403, 404), address
    assert client.post(UPLOAD, {"file": SimpleUploadedFile("a.xlsx", b"x")}).status_code in (302, 403, 404)


@pytest.mark.parametrize("number", ["0", "999999", "x", "9" * 30])
def test_an_import_that_is_not_there(number: str, client_of_editor: Client) -> None:
    assert client_of_editor.get(f"{LIST}{number}/change/").status_code == 404
