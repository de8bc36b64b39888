"""Files of materials and issued papers, for whoever may see them; to everybody else they do not exist."""

import logging
import tempfile
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from applications.beyond import opened_file
from applications.dossier import GRANT_PAPERS
from applications.models import Application, CaseMaterial, CasePaper, MaterialFile, Task
from applications.operations.consulting import given_file
from applications.operations.drafting import drafts_visible_to
from applications.operations.papers import PRIVATE
from applications.views.door import MAX_ID, personal
from departments.access import Actor
from departments.middleware import ActorRequest
from foundation.documents.watermark import can_mark, marked
from foundation.files.checks import FileRefused
from foundation.files.drawing import page_drawn
from foundation.files.models import StoredFile
from foundation.files.operations import path_of, preview_of

log = logging.getLogger("portal.files")
SHOWN_INLINE = ("application/pdf", "image/jpeg", "image/png")
# What was uploaded runs nothing and loads nothing, and only our own pages may show it in a frame. A browser's viewer
# of PDFs does not start in a sandbox; PDFs were searched for scripts and attachments when they were taken in.
POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


@xframe_options_sameorigin
@personal
@require_safe
def case_file(request: ActorRequest, material_file: int) -> HttpResponse:
    """One uploaded file; each time it is opened the log says by whom. Http404 for who may not see it."""
    found = seen_file(request.actor, material_file)
    log.info("file %s opened by account %s", found.file_id, request.actor.user_id)
    return file_response(found)


def file_response(found: MaterialFile) -> HttpResponse:
    """The bytes; a copy that is used again goes out under its watermark."""
    return _under_a_mark(found) if found.source and can_mark(found.file) else serve(found.file)


def digest_of(found: MaterialFile, answer: HttpResponse) -> str:
    """SHA-256 of the bytes that go out, in base64: of a marked copy counted anew, else what stands with the file."""
    if not found.source:
        return b64encode(bytes.fromhex(found.file.sha256)).decode()
    content = b"".join(answer)
    assert isinstance(answer, FileResponse)
    answer.streaming_content = [content]
    return b64encode(sha256(content).digest()).decode()


@personal
@require_safe
def case_file_page(request: ActorRequest, material_file: int, page: int) -> HttpResponse:
    """One page of an uploaded PDF as a picture; a picture is its own first page. Http404 for who may not see the file."""
    found = seen_file(request.actor, material_file)
    if page == 1 and found.file.media_type in ("image/jpeg", "image/png"):
        return cast(HttpResponse, case_file(request, material_file))
    if found.file.media_type != "application/pdf" or not 1 <= page <= (found.file.pages or 0):
        raise Http404("没有这一页")
    log.info("file %s page %s opened by account %s", found.file_id, page, request.actor.user_id)
    try:
        drawn = _page_under_a_mark(found, page) if found.source else page_drawn(path_of(found.file), page)
    except FileRefused as refusal:
        raise Http404(refusal.message) from None
    response = HttpResponse(drawn, content_type="image/jpeg")
    response["Content-Security-Policy"] = POLICY + "; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page_under_a_mark(row: MaterialFile, page: int) -> bytes:
    response = _under_a_mark(row)
    with tempfile.NamedTemporaryFile() as whole:
        for part in response:
            whole.write(part)
        whole.flush()
        return page_drawn(Path(whole.name), page)


@personal
@require_safe
def preview(request: ActorRequest, material_file: int) -> HttpResponse:
    """A small picture of the file, for lists. Http404 where none was made."""
    path = preview_of(seen_file(request.actor, material_file).file)
    if not path.is_file():
        raise Http404("没有缩略图")
    response = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    response["Content-Security-Policy"] = POLICY + "; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _under_a_mark(row: MaterialFile) -> HttpResponse:
    """A copy that is used again says so all over. One that takes no mark is shown as it is: nothing waits for it."""
    owner = row.application or row.draft
    matter = owner.matter.name if owner else ""
    number = f"办件 {row.application.number}" if row.application else "还没有递交"
    until = f"{row.valid_until:%Y-%m-%d}" if row.valid_until else "本件办结"
    lines = [f"来源：{row.source}", f"仅用于“{matter}”，{number}", f"有效到 {until}，他用无效"]
    try:
        handle, media_type = marked(row.file, lines)
    except FileRefused:
        log.warning("file %s took no watermark", row.file_id)
        return serve(row.file)
    return _sent(handle, media_type, row.file.name)


def seen_file(actor: Actor, material_file: int) -> MaterialFile:
    """The row with what is stored, for who may see it. Http404 for everybody else, and while the virus scanner is still to answer."""
    if material_file > MAX_ID:
        raise Http404("没有这个文件")
    related = ("file", "application__matter", "draft__matter")
    found = MaterialFile.objects.select_related(*related).filter(pk=material_file).first()
    if found is None or not _sees_file(actor, found):
        raise Http404("没有这个文件")
    if not found.file.may_leave:
        raise Http404("这个文件还在查毒，请过几分钟再看")
    return found


@xframe_options_sameorigin
@personal
@require_safe
def paper(request: ActorRequest, paper: int) -> HttpResponse:
    """One official paper as PDF; while it is still being made a page that says so and looks again."""
    if paper > MAX_ID:
        raise Http404("没有这份文书")
    related = ("document__file", "application__matter", "task")
    found = CasePaper.objects.select_related(*related).filter(pk=paper).first()
    if found is None or not _sees_paper(request.actor, found):
        raise Http404("没有这份文书")
    if found.document.file is None:
        response = render(request, "applications/paper_in_the_making.html", {"paper": found}, status=202)
        response["Refresh"] = "3"
        return response
    return serve(found.document.file, name=f"{found.document.title}.pdf")


@xframe_options_sameorigin
@personal
@require_safe
def paper_original(request: ActorRequest, paper: int) -> HttpResponse:
    """The issuer's own PDF of the certificate that this paper tells of."""
    if paper > MAX_ID:
        raise Http404("没有这份文书")
    related = ("certificate__file", "application__matter", "task")
    found = CasePaper.objects.select_related(*related).filter(pk=paper, certificate__file__isnull=False).first()
    original = found.certificate.file if found is not None and _sees_paper(request.actor, found) else None
    if original is None or not original.may_leave:
        raise Http404("没有这份文书")
    return serve(original)


def serve(stored: StoredFile, *, name: str = "") -> HttpResponse:
    """The bytes, shown where a browser can show them safely and downloaded otherwise; never sniffed, never run."""
    path = path_of(stored)
    if not path.is_file():
        raise Http404("文件暂时读不到，请打窗口电话")
    return _sent(path.open("rb"), stored.media_type, name or stored.name)


def _sent(handle: BinaryIO, media_type: str, name: str) -> HttpResponse:
    inline = media_type in SHOWN_INLINE
    response = FileResponse(
        handle,
        content_type=media_type if inline else "application/octet-stream",
        as_attachment=not inline,
        filename=name,
    )
    sandbox = "" if media_type == "application/pdf" else "; sandbox"
    response["Content-Security-Policy"] = POLICY + sandbox
    response["X-Content-Type-Options"] = "nosniff"
    return cast(HttpResponse, response)


def _own(actor: Actor, case_id: int | None) -> bool:
    """A supervisor sees how every case goes, but not what was handed in, so `visible_to` would be too much here."""
    if case_id is None:
        return False
    return actor.clerk or bool(Application.objects.of_person(actor).filter(pk=case_id).exists())


def _sees_file(actor: Actor, file: MaterialFile) -> bool:
    """The applicant and the window; a reviewer when an item of their department uses the material, when they have said
    today what else they need it for, or when another department gave it to theirs with a question that is open."""
    if file.application_id is None:
        return bool(drafts_visible_to(actor).filter(pk=file.draft_id).exists())
    if _own(actor, file.application_id):
        return True
    items = _items_of(actor, application_id=file.application_id)
    used = CaseMaterial.objects.filter(application_id=file.application_id, material_code=file.material_code)
    if any(set(codes) & items for codes in used.values_list("used_by", flat=True)):
        return True
    if items and opened_file(actor, file):
        return True
    return given_file(actor, file.application_id, file.material_code)


def _sees_paper(actor: Actor, paper: CasePaper) -> bool:
    """The applicant and the window; a reviewer papers of their own item and of the case as a whole, but none that
    carries the query code or all that was typed; of another item the grant that their own waits for."""
    if _own(actor, paper.application_id):
        return True
    if paper.kind in PRIVATE:
        return False
    items = _items_of(actor, application_id=paper.application_id)
    if paper.task is None or paper.task.item_code in items:
        return bool(items)
    return paper.kind in GRANT_PAPERS and _waited_for(actor, paper.task)


def _waited_for(actor: Actor, granted: Task) -> bool:
    """Whether an item of the actor's departments waits for this grant, or asks for the paper that it brings."""
    waiting = Task.objects.of_departments(actor).filter(application_id=granted.application_id)
    return any(
        granted.item_code in (*one.after, *one.starts_after, *one.results_from)
        for one in waiting.select_related("application")
    )


def _items_of(actor: Actor, **case: Any) -> set[str]:
    """Codes of the case's items that the actor's departments decide."""
    if not actor.departments:
        return set()
    return set(Task.objects.of_departments(actor).filter(**case).values_list("item_code", flat=True))
