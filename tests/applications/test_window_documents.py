"""文书 at the window: what P prints, prints counted, papers made on order, what is not signed yet says so."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from applications.models import Event, SignedScan
from applications.operations import intake, printing
from foundation.documents.operations import void
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import deliver_due
from tests.applications.browsing import sign_in, text_of
from tests.applications.test_budgets import within
from tests.applications.world import file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def case(world):
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    return case


def made(case, kind):
    for _ in range(2):
        deliver_due()
    return case.papers.get(kind=kind)


def picture(name="signed.png"):
    content = BytesIO()
    Image.new("RGB", (40, 40), "white").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def panel(client, case):
    return client.get(reverse("window-papers", args=[case.number]))


def test_a_paper_is_being_made_then_it_can_be_printed(world, case):
    client = sign_in(world, "limin")
    page = panel(client, case)
    assert "正在生成" in text_of(page) and b"hx-trigger" in page.content
    receipt = made(case, "receipt")
    page = panel(client, case)
    assert "可打印" in text_of(page) and receipt.document.number in text_of(page)
    assert b'data-key="p"' in page.content and b"hx-trigger" not in page.content


def test_every_print_is_counted_in_the_timeline(world, case):
    client, receipt = sign_in(world, "limin"), made(case, "receipt")
    address = reverse("window-printed", args=[case.number, receipt.pk])
    for count in (1, 2):
        assert f"第 {count} 次打印" in text_of(client.post(address)).replace("\u00a0", " ")
    assert [e.data["count"] for e in Event.objects.filter(kind="printed").order_by("id")] == [1, 2]
    void(receipt.document_id, reason="打错了")
    assert client.post(address).status_code == 409
    assert "已作废" in text_of(panel(client, case))


def test_a_mandate_is_made_on_order_and_says_that_it_is_not_signed(world, case):
    client = sign_in(world, "limin")
    assert "正在生成授权委托书" in text_of(
        client.post(reverse("window-paper-order", args=[case.number]), {"kind": "mandate"})
    )
    mandate = made(case, "mandate")
    assert "还没有签" in text_of(panel(client, case))
    address = reverse("window-signed", args=[case.number, mandate.pk])
    assert "请选签好的" in text_of(client.post(address))
    assert "签好了" in text_of(client.post(address, {"file": picture()}))
    scan = client.get(reverse("window-signed-scan", args=[case.number, mandate.pk]))
    assert scan.headers["Content-Type"] == "image/png"
    assert SignedScan.objects.get().by_name == "李敏"


def test_a_second_order_is_a_second_paper_with_its_own_number(world, case):
    for _ in range(2):
        printing.order_paper(actor=world.clerk, number=case.number, kind="filled-form")
        deliver_due()
    numbers = [paper.document.number for paper in case.papers.filter(kind="filled-form")]
    assert [number[-6:] for number in numbers] == ["00001号", "00002号"]


def test_what_cannot_be_ordered_printed_or_signed_is_refused_in_words(world, case):
    receipt = made(case, "receipt")
    with pytest.raises(Refused, match="没有这种文书"):
        printing.order_paper(actor=world.clerk, number=case.number, kind="decision-grant")
    with pytest.raises(Refused, match="没有当场更正过"):
        printing.order_paper(actor=world.clerk, number=case.number, kind="fix")
    with pytest.raises(NotAllowed):
        printing.order_paper(actor=world.zhang, number=case.number, kind="mandate")
    with pytest.raises(Refused, match="不用签字"):
        printing.attach_signed(
            actor=world.clerk, number=case.number, paper_id=receipt.pk, upload=picture(), name="a.png"
        )
    printing.order_paper(actor=world.clerk, number=case.number, kind="mandate")
    deliver_due()
    void(case.papers.get(kind="mandate").document_id, reason="换了代办人")
    with pytest.raises(Conflict, match="已经作废"):
        printing.attach_signed(
            actor=world.clerk,
            number=case.number,
            paper_id=case.papers.get(kind="mandate").pk,
            upload=picture(),
            name="a.png",
        )


def test_acts_on_papers_stay_within_twelve_statements(world, case):
    receipt = made(case, "receipt")
    with CaptureQueriesContext(connection) as context:
        printing.order_paper(actor=world.clerk, number=case.number, kind="mandate")
    within(12, context)
    with CaptureQueriesContext(connection) as context:
        printing.note_print(actor=world.clerk, number=case.number, paper_id=receipt.pk)
    within(12, context)
    mandate = made(case, "mandate")
    with CaptureQueriesContext(connection) as context:
        printing.attach_signed(
            actor=world.clerk, number=case.number, paper_id=mandate.pk, upload=picture(), name="a.png"
        )
    within(12, context)
