"""Viruses: one file streamed to clamd (INSTREAM). Not configured is not down: without an engine files pass, and pages
say 未配置查毒; with an engine that does not answer they wait in quarantine, where nobody can open them."""

from pathlib import Path
from urllib.parse import urlsplit

from clamav_client.clamd import BufferTooLongError, ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

from foundation.files.models import Scan

SECONDS = 20  # for the engine to connect, and for each of its answers


def scan(path: Path) -> Scan:
    """What the engine says of the file. Never raises: an engine that is down, slow or strange makes the file wait.

    The engine's StreamMaxLength must be at least what a file may have; it answers a longer one with an error, and the
    file waits for good.
    """
    if not settings.VIRUS_SCANNER:
        return Scan.NONE
    try:
        with path.open("rb") as file:
            status, _ = _engine().instream(file)["stream"]
    except (ClamdError, BufferTooLongError, OSError, KeyError, ValueError):
        return Scan.WAITING
    return {"OK": Scan.CLEAN, "FOUND": Scan.INFECTED}.get(status, Scan.WAITING)


def _engine() -> ClamdNetworkSocket:
    """`tcp://host:port` or `unix:///path` of VIRUS_SCANNER."""
    address = urlsplit(settings.VIRUS_SCANNER)
    if address.scheme == "unix":
        return ClamdUnixSocket(address.path, timeout=SECONDS)
    return ClamdNetworkSocket(address.hostname or "127.0.0.1", address.port or 3310, timeout=SECONDS)
