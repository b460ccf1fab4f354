"""Sealing: nobody who holds only the database file can read in it who said what.

Contents are sealed with AES-256-GCM, each purpose under its own key derived from the house's key. A sealed value is
bound to its row: moved to another member's row it does not open. Names that rows are found by (members, message keys)
stand in the tables as keyed fingerprints: the same name always gives the same one, and none can be turned back.
"""

import hmac
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"  # first byte of every sealed value, so that another cipher can follow one day
_NONCE = 12


class WrongKey(Exception):
    """A sealed value does not open: another key sealed it, or it was changed."""

    def __init__(self) -> None:
        super().__init__("数据库里的内容打不开：密钥（NIANGJIA_SECRET_KEY 或 DATA_DIR 里的密钥文件）不是当时的那一把。")


class Seal:
    """Seals plain data for one purpose."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, content: Any, row: bytes) -> bytes:
        """`content` (what JSON can hold) as bytes that only `open` with the same `row` can read."""
        nonce = os.urandom(_NONCE)
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, row)

    def open(self, sealed: bytes, row: bytes) -> Any:
        """What `close` was given."""
        if sealed[:1] != _VERSION:
            raise WrongKey
        nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return json.loads(self._cipher.decrypt(nonce, rest, row))
        except InvalidTag:
            raise WrongKey from None


class Sealing:
    """All seals of the house, derived once from its key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError(f"The key has {len(key)} bytes, not 32.")
        self._fingerprints = _derive(key, "fingerprints")
        self.conversations = Seal(_derive(key, "conversations"))
        self.inbox = Seal(_derive(key, "inbox"))
        self.outbox = Seal(_derive(key, "outbox"))
        self.tokens = Seal(_derive(key, "tokens"))
        self.askers = Seal(_derive(key, "askers"))  # who asked, wished, was given: wishes, given, asked

    def fingerprint(self, name: str) -> bytes:
        """What stands in a table in place of `name`: 16 bytes, always the same under this key."""
        return hmac.digest(self._fingerprints, name.encode(), "sha256")[:16]


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"niangjia {purpose}".encode()).derive(key)
