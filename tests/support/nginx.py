"""A real nginx of the tests' own, with the sample's configuration."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import certificate, packages
from tests.support.demo import ROOT, wait_until
from tests.support.ports import free_port

SAMPLE = ROOT / "config" / "deploy" / "nginx.conf"


def binary() -> str | None:
    """Where nginx is, if it is installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def ensure() -> str:
    """The binary, installed by apt-get if the user is root. Exits with 1 if it is not there afterwards."""
    found = binary()
    if found is None and packages.install("nginx"):
        found = binary()
    if found is None:
        sys.exit("nginx is needed for the test of its sample and could not be installed. Install it, then run again.")
    return found


def configuration(folder: Path, port: int, dashboard: int, path: str = "") -> str:
    """The sample with ports, a certificate and logs of the test's own, and what Debian's nginx.conf puts around it.

    With a path it is changed as its comments say, and another tool answers at the rest of the host.
    """
    certificate.make(folder)
    text = SAMPLE.read_text()
    for pattern, own in (
        (r"listen 443 ", f"listen 127.0.0.1:{port} "),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{dashboard}"),
        (r"ssl_certificate \S+;", f"ssl_certificate {folder}/certificate.pem;"),
        (r"ssl_certificate_key \S+;", f"ssl_certificate_key {folder}/key.pem;"),
        (r"/var/log/nginx/", f"{folder}/"),
    ):
        text, count = re.subn(pattern, own, text)
        assert count, f"the sample has no {pattern}"
    if path:
        other = 'location / { return 418 "another tool"; }\n    '
        for before, after in (
            ("location / {", f"{other}location {path}/ {{"),
            ("^/(metrics|readyz)$", f"^{path}/(metrics|readyz)$"),
            ("^/(wall|tv)/", f"^{path}/(wall|tv)/"),
        ):
            assert text.count(before) == 1, before
            text = text.replace(before, after)
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"worker_processes auto; daemon off; pid {folder}/pid; events {{ worker_connections 768; }}\n"
        f"http {{ {temporary}\n{text}}}\n"
    )


@contextmanager
def server(folder: Path, dashboard: int, *, port: int = 0, path: str = "") -> Iterator[int]:
    """A running nginx before the dashboard at that port; yields its own port, which speaks TLS."""
    program, port, settings = ensure(), port or free_port(), folder / "nginx.conf"
    settings.write_text(configuration(folder, port, dashboard, path))
    if os.geteuid() == 0:  # its workers run as another user
        folder.chmod(0o755)
    said = folder / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [program, "-c", settings, "-e", "stderr"], stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        wait_until(lambda: (folder / "pid").exists() or process.poll() is not None, 20, "nginx did not start")
        assert process.poll() is None, said.read_text()
        yield port
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    ensure()
