"""The project's settings in the test run's environment."""

import atexit
import os
import shutil
import tempfile

folder, owner = tempfile.mkdtemp(prefix="livechat-tests-"), os.getpid()


def _remove_folder() -> None:
    """Remove the folder of this process. A process that was forked from it leaves that to it."""
    if os.getpid() == owner:
        shutil.rmtree(folder)


atexit.register(_remove_folder)
os.environ.update(
    ENV_FILE="",  # an installation's own .env names its own database
    SECRET_KEY="only-for-tests",
    SEALING_KEYS="test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    DATA_DIR=folder,
    BUILD="testbuild",
    LOG_LEVEL="WARNING",
    COMM100_HOSTS="https://api{N}.comm100.io,https://dash{N}.comm100.io,http://127.0.0.1:{N}",
)
for name in ("DATABASE_URL", "PUBLIC_URL", "SCRIPT_NAME", "TRUSTED_PROXIES", "EMAIL_URL", "DEBUG"):
    os.environ.pop(name, None)

if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

from config.settings import *  # noqa: E402, F403

# Hundreds of users are made in tests; the real hasher takes its time on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
