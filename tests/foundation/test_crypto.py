"""Field encryption: the standard's vectors by an own reading of GCM, rotation, tampering, and no search by content."""

import base64
import struct

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.exceptions import FieldError
from django.db import connection, models

from accounts.models import Person
from foundation.crypto import blind_index, decrypt, encrypt, sm3
from foundation.fields import EncryptedJSONField, EncryptedTextField

TEXTS = ["张婷", "32072419880315002X", "a", "长" * 5000, "😀𠮷", "line\nline\t\x00", "sm4:test:AAAA"]


def sm4(key: bytes, block: bytes) -> bytes:
    """One block, so that GCM below stands on SM4 alone (the first block of CBC after zeros is the bare cipher)."""
    cipher = Cipher(algorithms.SM4(key), modes.CBC(b"\0" * 16)).encryptor()
    return cipher.update(block) + cipher.finalize()


def times(x: int, y: int) -> int:
    """Multiplication in GCM's field."""
    product = 0
    for bit in range(127, -1, -1):
        if y >> bit & 1:
            product ^= x
        x = (x >> 1) ^ (0xE1 << 120) if x & 1 else x >> 1
    return product


def gcm(key: bytes, nonce: bytes, plain: bytes, extra: bytes = b"") -> tuple[bytes, bytes]:
    """Ciphertext and tag by the text of the standard (NIST SP 800-38D), for a nonce of 12 bytes."""
    start = nonce + struct.pack(">I", 1)
    stream = b"".join(sm4(key, nonce + struct.pack(">I", n + 2)) for n in range(-(-len(plain) // 16)))
    body = bytes(a ^ b for a, b in zip(plain, stream, strict=False))
    padded = b"".join(part + b"\0" * (-len(part) % 16) for part in (extra, body))
    hashed, subkey = 0, int.from_bytes(sm4(key, b"\0" * 16))
    for n in range(0, len(padded), 16):
        hashed = times(hashed ^ int.from_bytes(padded[n : n + 16]), subkey)
    hashed = times(hashed ^ (len(extra) * 8 << 64 | len(body) * 8), subkey)
    return body, (hashed ^ int.from_bytes(sm4(key, start))).to_bytes(16)


def test_the_cipher_is_sm4() -> None:
    """GB/T 32907-2016, appendix A.1."""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    assert sm4(key, key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_own_reading_of_gcm_agrees_with_the_published_vector() -> None:
    """RFC 8998, appendix A.1."""
    plain = bytes.fromhex("".join(pair * 8 for pair in ("aa", "bb", "cc", "dd", "ee", "ff", "ee", "aa")))
    body, tag = gcm(
        bytes.fromhex("0123456789abcdeffedcba9876543210"),
        bytes.fromhex("00001234567800000000abcd"),
        plain,
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    assert body.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    assert tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@pytest.mark.parametrize("text", TEXTS)
def test_what_encrypt_writes_is_gcm_by_the_standard(text, settings):
    scheme, key_id, packed = encrypt(text).split(":")
    raw = base64.b64decode(packed)
    body, tag = gcm(bytes.fromhex(settings.FIELD_KEYS[key_id]), raw[:12], text.encode())
    assert (scheme, raw[12:]) == ("sm4", body + tag)


@pytest.mark.parametrize("text", [*TEXTS, ""])
def test_round_trip_and_no_two_alike(text):
    first, second = encrypt(text), encrypt(text)
    assert first != second
    assert decrypt(first) == decrypt(second) == text


def test_a_value_stays_readable_after_the_key_is_changed(settings):
    old = encrypt("张婷")
    settings.FIELD_KEYS = {**settings.FIELD_KEYS, "2027a": "ff" * 16}
    settings.FIELD_KEY_ID = "2027a"
    new = encrypt("张婷")
    assert (old.split(":")[1], new.split(":")[1]) == ("test", "2027a")
    assert decrypt(old) == decrypt(new) == "张婷"


def test_a_key_that_was_taken_away_is_named_and_nothing_is_guessed(settings):
    token = encrypt("张婷")
    settings.FIELD_KEYS = {"2027a": "ff" * 16}
    with pytest.raises(ValueError, match="key known here"):
        decrypt(token)


def test_the_id_of_another_key_does_not_open_it(settings):
    settings.FIELD_KEYS = {**settings.FIELD_KEYS, "other": "ff" * 16}
    with pytest.raises(InvalidTag):
        decrypt(encrypt("张婷").replace(":test:", ":other:"))


def test_every_altered_byte_is_noticed():
    raw = bytearray(base64.b64decode(encrypt("13800000018").split(":")[2]))
    for place in range(len(raw)):
        altered = raw.copy()
        altered[place] ^= 1
        with pytest.raises(InvalidTag):
            decrypt("sm4:test:" + base64.b64encode(altered).decode())


@pytest.mark.parametrize(
    "token", ["", "13800000018", "sm4:", "sm4:test", "sm4:test:", "sm4:test:AAAA", "sm4:test:%%%", "aes:test:AAAA"]
)
def test_other_texts_are_refused_and_not_shown(token):
    with pytest.raises((ValueError, InvalidTag)) as problem:
        decrypt(token)
    assert "13800000018" not in str(problem.value)


def test_blind_index_is_keyed_exact_and_empty_for_nothing(settings):
    index = blind_index("13800000018")
    assert index == blind_index("13800000018") != blind_index("13800000019")
    assert len(index) == 64
    assert blind_index("") == ""
    settings.BLIND_INDEX_KEY = "aa" * 32
    assert blind_index("13800000018") != index


@pytest.mark.django_db
def test_the_column_holds_no_clear_text():
    person = Person.objects.create(name="张婷", id_type="id", id_number="32072419880315002X", phone="13800000018")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM accounts_person WHERE id = %s", [person.pk])
        stored = cursor.fetchone()
    assert all(column.startswith("sm4:test:") for column in stored)
    assert Person.objects.values_list("id_number", "phone").get() == ("32072419880315002X", "13800000018")


@pytest.mark.django_db
def test_update_and_bulk_update_encrypt_too():
    person = Person.objects.create(name="张婷", id_type="id", id_number="x", phone="1")
    Person.objects.update(phone="13800000018")
    person.id_number = "32072419880315002X"
    Person.objects.bulk_update([person], ["id_number"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM accounts_person")
        assert all(column.startswith("sm4:test:") for column in cursor.fetchone())
    person.refresh_from_db()
    assert (person.id_number, person.phone) == ("32072419880315002X", "13800000018")


@pytest.mark.parametrize(
    "lookup", ["exact", "in", "contains", "startswith", "iexact", "gt", "regex", "lower__exact", "length", "unknown"]
)
def test_encrypted_columns_refuse_every_search(lookup):
    with pytest.raises(FieldError, match="blind index"):
        Person.objects.filter(**{f"phone__{lookup}": "13800000018"})


def test_whether_anything_is_stored_may_be_asked():
    assert "IS NULL" in str(Person.objects.filter(phone__isnull=True).query)


def test_json_is_encrypted_whole():
    field = EncryptedJSONField()
    for value in ({"手机": "13800000018"}, [], {}, "", 0, False, [1, None, "二"]):
        stored = field.get_prep_value(value)
        assert stored.startswith("sm4:test:")
        assert field.from_db_value(stored, None, connection) == value
    assert field.get_prep_value(None) is None


def test_empty_text_stays_empty_and_none_stays_none():
    field = EncryptedTextField()
    assert field.get_prep_value("") == ""
    assert field.get_prep_value(None) is None
    assert isinstance(field, models.TextField)


@pytest.mark.parametrize(
    ("content", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_the_national_hash_gives_the_examples_of_its_standard(content, digest):
    """GB/T 32905-2016, appendix A."""
    assert sm3(content) == digest
