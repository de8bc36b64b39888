"""Field encryption and blind index. SM4-GCM (authenticated) with the key's id in the value, so keys can be rotated."""

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.conf import settings

NONCE, TAG = 12, 16  # bytes


def encrypt(text: str) -> str:
    """`text` as `sm4:<key id>:<base64 of nonce, ciphertext, tag>` under the current key; every call differs."""
    key_id = settings.FIELD_KEY_ID
    nonce = secrets.token_bytes(NONCE)
    cipher = Cipher(SM4(bytes.fromhex(settings.FIELD_KEYS[key_id])), GCM(nonce)).encryptor()
    body = cipher.update(text.encode()) + cipher.finalize()
    return f"sm4:{key_id}:{base64.b64encode(nonce + body + cipher.tag).decode()}"


def decrypt(token: str) -> str:
    """The text behind `encrypt`. Raises ValueError for another form or an unknown key, InvalidTag when altered."""
    scheme, _, rest = token.partition(":")
    key_id, _, packed = rest.partition(":")
    if scheme != "sm4" or key_id not in settings.FIELD_KEYS:
        raise ValueError("not encrypted by a key known here")
    raw = base64.b64decode(packed)
    nonce, body, tag = raw[:NONCE], raw[NONCE:-TAG], raw[-TAG:]
    cipher = Cipher(SM4(bytes.fromhex(settings.FIELD_KEYS[key_id])), GCM(nonce, tag)).decryptor()
    return (cipher.update(body) + cipher.finalize()).decode()


def sm3(content: bytes) -> str:
    """The national hash (GB/T 32905) of a file's bytes: 64 hex digits. GB/T 39786 asks for it beside SHA-256."""
    digest = Hash(SM3())
    digest.update(content)
    return digest.finalize().hex()


def blind_index(text: str) -> str:
    """A keyed hash for exact search of an encrypted value: 64 hex digits; empty for an empty text."""
    if not text:
        return ""
    return hmac.new(bytes.fromhex(settings.BLIND_INDEX_KEY), text.encode(), hashlib.sha256).hexdigest()
