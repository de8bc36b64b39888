"""Rotation of the field keys: everything encrypted comes along, papers of the closed register too, and nothing reads
differently."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Person, User
from foundation.documents.models import Document
from foundation.notices.models import Notice
from foundation.rotation import encrypted_columns, renew

pytestmark = pytest.mark.django_db
NEW = {"2027a": "ff" * 16}


@pytest.fixture
def stored():
    user = User.objects.create(username="zhangting", name="张婷")
    for n in range(3):
        Person.objects.create(name="张婷", id_number=f"32072419880315002{n}", phone="13800000018")
    Person.objects.create(name="没有证件")
    Notice.objects.create(recipient=user, channel="sms", phone="13800000018", title="t", body="b", dedupe="d")
    Document.objects.create(title="受理通知书", number="1", data={"to": "张婷"}, issued_at=timezone.now())


def tokens():
    found = []
    with connection.cursor() as cursor:
        for rows in ("SELECT id_number FROM accounts_person", "SELECT data FROM documents_document"):
            cursor.execute(rows)
            found += [token for (token,) in cursor.fetchall() if token]
    return found


def test_every_encrypted_column_is_found():
    names = {f"{model._meta.db_table}.{column}" for model, column in encrypted_columns()}
    assert {"accounts_person.id_number", "documents_document.data", "notices_notice.phone"} <= names


def test_all_is_written_anew_and_reads_the_same(stored, settings):
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = {**settings.FIELD_KEYS, **NEW}, "2027a"
    said = StringIO()
    call_command("rotate_field_keys", stdout=said)
    assert "共重写 8 条" in said.getvalue()
    settings.FIELD_KEYS = NEW  # the old key is gone
    assert all(token.startswith("sm4:2027a:") for token in tokens())
    assert Document.objects.get().data == {"to": "张婷"}
    assert set(Person.objects.exclude(name="没有证件").values_list("phone", flat=True)) == {"13800000018"}
    assert Person.objects.get(name="没有证件").phone == ""
    call_command("rotate_field_keys", stdout=said)
    assert "共重写 0 条" in said.getvalue()


def test_a_value_whose_key_is_missing_is_named_and_stays(stored, settings):
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = NEW, "2027a"
    before = tokens()
    with pytest.raises(CommandError, match="FIELD_KEYS 里没有"):
        call_command("rotate_field_keys", stdout=StringIO())
    assert tokens() == before


def test_an_altered_value_stops_it_and_is_not_shown(stored, settings):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_person SET phone = overlay(phone placing 'AAAA' from 15) WHERE phone <> ''")
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = {**settings.FIELD_KEYS, **NEW}, "2027a"
    with pytest.raises(CommandError, match="解不开"):
        call_command("rotate_field_keys", stdout=StringIO())


def test_many_rows_go_in_batches(settings):
    Person.objects.bulk_create([Person(name=f"人{n}", phone="13800000018") for n in range(1001)])
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = {**settings.FIELD_KEYS, **NEW}, "2027a"
    assert renew(Person, "phone") == 1001
    assert renew(Person, "phone") == 0
