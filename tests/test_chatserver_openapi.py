"""The chat server does what its own OpenAPI description says."""

import subprocess
import sys
from typing import get_args

import pytest
import requests

from livechat.chatserver import openapi
from livechat.chatserver.schemas import VisitorStatus
from tests.support.chatserver import ChatServer
from tests.test_chatserver_command import running

VISITOR_FIELDS = (
    "language phone name pageViews flashVersion company timeZone browser customFields referrerUrl email visits "
    "landingPage operatingSystem screenResolution searchEngine visitTime id firstVisitTime city currentBrowsing "
    "departmentId searchKeywords ip chats status customVariableResults productService country state"
)


@pytest.fixture
def server():
    with ChatServer(agents=8, visitors=40) as running:
        yield running


def test_the_description_is_open_and_names_every_path_and_method(server):
    described = requests.get(f"{server.url}/openapi.json", timeout=5).json()
    assert described["openapi"].startswith("3.1")
    operations = {
        (method.upper(), path)
        for path, item in described["paths"].items()
        for method in item
        if method in ("get", "put", "post", "delete")
    }
    assert operations == {
        ("GET", "/v4/livechat/agents"),
        ("GET", "/v4/livechat/agents/{id}"),
        ("PUT", "/v4/livechat/agents/{id}"),
        ("GET", "/v4/livechat/visitors"),
        ("GET", "/v4/livechat/visitors/{id}"),
        ("PUT", "/v4/livechat/visitors/{id}"),
        ("GET", "/v4/global/agents"),
        ("GET", "/v4/global/departments"),
        ("GET", "/v4/global/agentAwayStatuses"),
        ("GET", "/v4/livechat/customVariables"),
        ("GET", "/v4/livechat/webhooks"),
        ("POST", "/v4/livechat/webhooks"),
        ("PUT", "/v4/livechat/webhooks/{id}"),
        ("DELETE", "/v4/livechat/webhooks/{id}"),
        ("POST", "/oauth/token"),
        ("GET", "/stats"),
        ("GET", "/v4/openapi.json"),
    }


def test_every_operation_has_an_id_of_its_own_by_which_clients_are_made():
    operations = [
        item[method]["operationId"]
        for item in openapi.describe()["paths"].values()
        for method in ("get", "put", "post", "delete")
        if method in item
    ]
    assert len(set(operations)) == len(operations) == 17
    assert all(name.isalpha() and name[0].islower() for name in operations)


def test_the_visitor_has_every_field_of_the_vendors_table():
    schemas = openapi.describe()["components"]["schemas"]
    assert set(schemas["Visitor"]["properties"]) == set(VISITOR_FIELDS.split())
    assert set(schemas["FieldAndValue"]["properties"]) == {"name", "value", "url"}
    assert len(get_args(VisitorStatus)) == 15


def test_schemathesis_finds_no_difference_between_the_server_and_its_description(tmp_path):
    limits = ["--phases", "examples,coverage,fuzzing", "--max-examples", "25", "--generation-database", "none"]
    with running("--token", "t", "--freeze") as (_, url):
        run = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json", "--no-color", *limits]
        done = subprocess.run(
            [*run, "--continue-on-failure", "--header", "Authorization: Bearer t"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        calls = requests.get(f"{url.removesuffix('/v4')}/stats", timeout=5).json()["calls"]
    assert done.returncode == 0, done.stdout
    # A warning is no difference: it means that no valid data was found for a rare call. The seeds vary.
    assert " FAILURES " not in done.stdout
    assert " ERRORS " not in done.stdout
    assert calls["PUT /v4/livechat/visitors/{id}"] > 10
    assert calls["PUT /v4/livechat/agents/{id}"] > 10
