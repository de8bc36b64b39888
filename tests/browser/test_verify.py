"""核验 on a phone: the file that was issued is known again, one with a single byte changed is not; nothing is sent."""

import pytest

from foundation.documents.models import Document
from foundation.documents.operations import void
from foundation.files.operations import path_of
from foundation.outbox.operations import deliver_due
from tests.browser.conftest import PHONE, Person
from tests.foundation.test_register import register

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_pdf_is_compared_in_the_browser_with_the_one_that_was_issued(chromium, live_server):
    register("灌行审受〔2026〕00001号")
    deliver_due()
    paper = Document.objects.get()
    content = path_of(paper.file).read_bytes()
    middle = len(content) // 2
    altered = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    stranger = Person(
        chromium.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}), live_server.url, "stranger"
    )
    page = stranger.go(f"/verify/{paper.token}/")
    words = {"same": "文件一致", "other": "文件不一致"}

    def choose(bytes_, said):
        page.set_input_files("[data-compare] input", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": bytes_})
        page.get_by_role("heading", name=words[said], exact=True).wait_for()
        for other in set(words) - {said}:
            assert not page.get_by_role("heading", name=words[other], exact=True).is_visible()

    asked: list[str] = []
    # The browser may still fetch the page's own icon; a file that left the browser would be a request with a body.
    page.on("request", lambda request: asked.append(request.url) if request.method != "GET" else None)
    stranger.picture("verify-file")
    choose(altered, "other")
    stranger.picture("verify-altered")
    choose(content, "same")
    stranger.picture("verify-same")
    assert asked == []
    void(paper.pk, reason="当事人姓名有误")
    page.reload()
    choose(content, "same")
    page.get_by_text("但是这份文书已经作废").wait_for()
    stranger.context.close()
    assert stranger.faults == []
