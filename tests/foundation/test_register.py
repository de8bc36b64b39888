"""The register of papers: numbers without gaps, content that cannot be changed, a PDF made once and never by force."""

import hashlib
from datetime import timedelta

import pikepdf
import pytest
from django.db import InternalError, NotSupportedError, connection, transaction
from django.utils import timezone

from foundation.crypto import sm3
from foundation.documents.models import Document
from foundation.documents.operations import issue, take_number, void
from foundation.errors import Conflict
from foundation.files.models import StoredFile
from foundation.files.operations import path_of
from foundation.outbox.models import Outbox, State
from foundation.outbox.operations import deliver, deliver_due
from tests.applications.race.threads import at_once, wins

pytestmark = pytest.mark.django_db
REFUSED = (InternalError, NotSupportedError)
DATA = {
    "authority": "灌南县行政审批局",
    "to": "张婷",
    "date": "2026年11月22日",
    "paragraphs": ["你申请的事项已经受理。"],
}


def register(number="", **changed):
    plain = {
        "kind": "acceptance",
        "title": "受理通知书",
        "authority": "approval",
        "subject": "32072420261122Y00001X",
        "holder": "张婷",
        "template": "notice",
        "data": DATA,
        "sample": True,
    }
    number = number or take_number(authority="approval", authority_mark="灌行审受", kind="acceptance", year=2026)
    return issue(number=number, **plain | changed)


def test_numbers_run_by_authority_kind_and_year():
    def take(kind="acceptance", year=2026, authority="approval"):
        return take_number(authority=authority, authority_mark="灌行审受", kind=kind, year=year)

    assert [take(), take()] == ["灌行审受〔2026〕00001号", "灌行审受〔2026〕00002号"]
    assert take(year=2027) == "灌行审受〔2027〕00001号"
    assert take(kind="decline") == take(authority="market") == "灌行审受〔2026〕00001号"


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_leave_no_gap_although_ten_of_their_connections_are_cut_before_the_end():
    def act():
        with transaction.atomic():
            return register().number

    def cut():
        with transaction.atomic(), connection.cursor() as cursor:
            register()
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    given = wins(at_once([cut if n % 5 == 0 else act for n in range(50)]))
    assert sorted(given) == [f"灌行审受〔2026〕{n:05d}号" for n in range(1, 41)]
    assert Document.objects.count() == 40


def test_the_same_number_is_never_given_twice_by_one_authority():
    register("灌行审受〔2026〕00001号")
    register("灌行审受〔2026〕00001号", authority="market")
    with pytest.raises(Exception, match="document_number_once"), transaction.atomic():
        register("灌行审受〔2026〕00001号")


def test_tokens_cannot_be_guessed():
    tokens = {register().token for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == 32 for token in tokens)


def test_a_worker_makes_the_pdf_once_with_its_hash():
    paper = register()
    assert (paper.file, paper.rendered_at) == (None, None)
    assert deliver_due() == 1
    paper.refresh_from_db()
    content = path_of(paper.file).read_bytes()
    assert paper.sha256 == paper.file.sha256 == hashlib.sha256(content).hexdigest()
    assert paper.sm3 == sm3(content)
    assert paper.file.name == "受理通知书.pdf"
    assert len(paper.template_revision) == 8
    Outbox.objects.update(state=State.PENDING)
    assert deliver_due() == 1
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_file():
    register("灌行审受〔2026〕00001号")
    row = Outbox.objects.get().pk
    assert sorted(at_once([lambda: deliver(row)] * 4)) == ["busy"] * 3 + ["done"]
    assert StoredFile.objects.count() == 1


def test_what_cannot_be_rendered_stays_issued_says_why_and_is_tried_again(settings):
    paper = register(template="forgotten")
    row = Outbox.objects.get()
    assert deliver(row.pk) == "failed"
    row.refresh_from_db()
    assert "forgotten" in row.last_error
    assert row.due_at > timezone.now()
    assert Document.objects.filter(pk=paper.pk, rendered_at=None).exists()
    other = register()
    assert deliver_due() == 1
    other.refresh_from_db()
    assert other.rendered_at is not None, "one that fails holds up no other"


@pytest.mark.parametrize(
    "change",
    [
        {"number": "灌行审受〔2026〕00009号"},
        {"title": "不予受理通知书"},
        {"data": {**DATA, "to": "陌生人"}},
        {"holder": "陌生人"},
        {"token": "x"},
        {"subject": "x"},
        {"kind": "x"},
        {"authority": "x"},
        {"issued_at": timezone.now() - timedelta(days=9)},
        {"template": "certificate"},
        {"sample": False},
    ],
    ids=lambda change: next(iter(change)),
)
def test_content_cannot_be_changed_even_in_bulk(change):
    register()
    with pytest.raises(REFUSED, match="Cannot update"), transaction.atomic():
        Document.objects.update(**change)


def test_nothing_is_ever_deleted_not_even_by_raw_sql():
    paper = register()
    with pytest.raises(REFUSED, match="Cannot delete"), transaction.atomic():
        paper.delete()
    with (
        pytest.raises(REFUSED, match="Cannot delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM documents_document")


@pytest.mark.parametrize("change", [{"file": None}, {"sha256": "0" * 64}, {"sm3": "0" * 64}, {"rendered_at": None}])
def test_a_pdf_once_made_is_not_exchanged(change):
    register()
    deliver_due()
    with pytest.raises(REFUSED, match="Cannot update"), transaction.atomic():
        Document.objects.update(**change)


def test_a_paper_is_voided_once_with_a_reason_and_stays():
    paper = register()
    void(paper.pk, reason="当事人姓名有误")
    paper.refresh_from_db()
    assert (paper.void_reason, paper.voided_at is not None) == ("当事人姓名有误", True)
    with pytest.raises(Conflict, match="已经作废"):
        void(paper.pk, reason="再来")
    with pytest.raises(REFUSED, match="Cannot update"), transaction.atomic():
        Document.objects.update(voided_at=None)
    deliver_due()
    paper.refresh_from_db()
    assert paper.rendered_at is not None, "a void paper can still be shown"


def test_what_the_paper_says_is_encrypted_and_its_file_is_whole():
    register(data={**DATA, "facts": [["证件号码", "32072419880315002X"]]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM documents_document")
        assert cursor.fetchone()[0].startswith("sm4:")
    deliver_due()
    with pikepdf.open(path_of(StoredFile.objects.get())) as pdf:
        assert len(pdf.pages) == 1
