"""The project's settings in the test run's environment."""

import atexit
import os
import shutil
import tempfile

folder = tempfile.mkdtemp(prefix="livechat-tests-")
atexit.register(shutil.rmtree, folder)
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
