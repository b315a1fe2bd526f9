"""Chromium 69, the oldest browser that walls are made for. The npm package chrome-aws-lambda has it packed."""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import brotli

from tests.support import node, packages

PACKAGE, ARCHIVE = "chrome-aws-lambda@1.6.3", "chrome-aws-lambda-1.6.3.tgz"
SHA_256 = "f1b0f5206d211ea256678dacdc699cb83587d444d5f165798ad660e74fa1d90e"
PACKED = "package/bin/chromium-69.0.3494.0.br"
WINDOW = ("--headless", "--no-sandbox", "--disable-gpu", "--no-zygote", "--hide-scrollbars", "--window-size=1920,1080")
SECONDS = 120  # after which a page is no longer waited for


def ensure() -> Path:
    """The package with it, fetched by npm if it is not kept. Exits with 1 if it cannot be had or is another one."""
    archive = packages.kept(ARCHIVE)
    if not archive.exists():
        node.ensure(["npm"])
        archive.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=archive.parent) as folder:  # another run may look meanwhile
            command = ["npm", "pack", PACKAGE, "--silent", "--pack-destination", folder]
            done = subprocess.run(command, capture_output=True, check=False)
            if done.returncode:
                sys.exit(f"npm cannot fetch {PACKAGE}, which has Chromium 69.")
            (Path(folder) / ARCHIVE).replace(archive)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA_256:
        sys.exit(f"{archive} is not the file that was looked at: its SHA-256 is another one. Delete it.")
    return archive


def unpack(folder: Path) -> Path:
    """Unpack it into a folder; its path. Exits with 1 as `ensure` does."""
    program = folder / "chromium-69"
    with tarfile.open(ensure()) as opened:
        packed = opened.extractfile(PACKED)
        assert packed
        program.write_bytes(brotli.decompress(packed.read()))
    program.chmod(0o700)
    return program


def page(program: Path, address: str, *, seconds: int, picture: Path | None = None) -> str:
    """The HTML of a page after so many seconds of its clock, or a picture of it in a file."""
    shown = f"--screenshot={picture}" if picture else "--dump-dom"
    options = [f"--user-data-dir={program.parent / 'profile'}", f"--virtual-time-budget={seconds * 1000}", shown]
    command = [str(program), *WINDOW, *options, address]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)
    return done.stdout
