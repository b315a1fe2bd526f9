"""The six sample requests of the vendor's page "Chat Server", as printed there."""

import json
import shlex

import pytest
import requests

from tests.support.chatserver import ChatServer

AGENTS = r"""
curl https://api15.comm100.io/v4/livechat/agents \
-X 'GET' \
-H 'Authorization: Bearer {access_token}' \
"""

AGENT = r"""
curl https://api15.comm100.io/v4/livechat/agents/c97a2afe-a38f-46f8-a55b-8ac9f873cd09 \
-X 'GET' \
-H 'Authorization: Bearer {access_token}' \
"""

PUT_AGENT = r"""
curl https://api15.comm100.io/v4/livechat/agents/c97a2afe-a38f-46f8-a55b-8ac9f873cd09 \
-X 'PUT' \
-H 'Authorization: Bearer {access_token}' \
-H 'Content-Type: application/json' \
-D '{ "id": "c97a2afe-a38f-46f8-a55b-8ac9f873cd09", "status": "Meeting" }'
"""

VISITORS = r"""
curl https://api15.comm100.io/v4/livechat/visitors \
-X 'GET' \
-H 'Authorization: Bearer {access_token}' \
"""

VISITOR = r"""
curl https://api15.comm100.io/v4/livechat/visitors/3d59f909-24cd-43bc-89cb-00a320617c0a \
-X 'GET' \
-H 'Authorization: Bearer {access_token}' \
"""

PUT_VISITOR = r"""
curl https://api15.comm100.io/v4/livechat/visitors/3d59f909-24cd-43bc-89cb-00a320617c0a \
-X 'PUT' \
-H 'Authorization: Bearer {access_token}' \
-H 'Content-Type: application/json' \
-D '[ { "name": "visitor", "value": "Leo", "url": "" }, { "name": "company", "value": "Comm100", "url": "" } ] '
"""

AGENT_ANSWER = '{ "id": "c97a2afe-a38f-46f8-a55b-8ac9f873cd09", "status": "Online", "ongoingChats": 0 }'

PREVIEW = (
    "https://dash11.comm100.io/frontEnd/assets/livechat/previewpage/"
    "?campaignId=22f0b296-69e9-4b81-abe4-4bb9ed5ec9ef&siteId=10000"
)

VISITOR_ANSWER = (
    '{ "id": "3d59f909-24cd-43bc-89cb-00a320617c0a", "status": "inSite", '
    '"browser": "Google Chrome 86.0.4240.75", "operatingSystem": "Windows 8.1", '
    '"screenResolution": "1680x1050", "language": "en-US", "ip": "192.168.2.128", "country": "China", '
    '"state": "Zhejiang", "city": "Hangzhou", "timeZone": "GMT +08:00", '
    '"visitTime": "2021-05-26T10:30:16.036Z", "firstVisitTime": "2021-05-26T10:31:29.597Z", '
    f'"visits": 1, "chats": 0, "pageViews": 1, "currentBrowsing": "{PREVIEW}&q=1622025088751", '
    f'"referrerUrl": "{PREVIEW}", "name": "192.168.2.128", "email": "123@comm100.com", '
    '"phone": "1234567890123", "company": "comm", "productService": "LA", '
    '"departmentId": "00000000-0000-0000-0000-000000000000", "searchEngine": "Google", '
    f'"searchKeywords": "com", "landingPage": "{PREVIEW}&q=1622025088751", "customFields": [], '
    '"customVariableResults": [ { "name": "CARLZHOU222SHENTI", "value": "11123123123", "url": "" }, '
    '{ "name": "fccc", "value": "520", "url": "" } ] }'
)


@pytest.fixture
def server():
    with ChatServer(freeze=False, agents=24, visitors=40) as running:
        yield running


def run(server: ChatServer, sample: str) -> requests.Response:
    """Send what the sample's curl would send, with host and token replaced and `-D` read as `-d`."""
    printed = sample.replace("https://api15.comm100.io", server.root).replace("{access_token}", server.token)
    words = shlex.split(printed.replace("\\\n", " "))
    assert words.pop(0) == "curl"
    url = words.pop(0)
    options = list(zip(words[::2], words[1::2], strict=True))
    headers = dict(value.split(": ", 1) for name, value in options if name == "-H")
    (method,) = [value for name, value in options if name == "-X"]
    body = "".join(value for name, value in options if name == "-D")
    answer = requests.request(method, url, headers=headers, data=body.encode() or None, timeout=5)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    return answer


def members(printed: str) -> list[tuple[str, object]]:
    """The members of a printed object in their order."""
    return list(json.loads(printed).items())


def test_the_list_of_agents_holds_the_sample_agent(server):
    first = run(server, AGENTS).json()[0]
    assert list(first.items()) == members(AGENT_ANSWER)


def test_every_agent_has_the_three_fields_of_the_table(server):
    for agent in run(server, AGENTS).json():
        assert list(agent) == ["id", "status", "ongoingChats"]
        assert isinstance(agent["status"], str)
        assert isinstance(agent["ongoingChats"], int)


def test_the_sample_agent_is_answered_as_printed(server):
    assert members(run(server, AGENT).text) == members(AGENT_ANSWER)


def test_the_sample_agent_goes_to_the_meeting(server):
    assert members(run(server, PUT_AGENT).text) == members(AGENT_ANSWER.replace("Online", "Meeting"))
    assert run(server, AGENT).json()["status"] == "Meeting"


def test_the_list_of_visitors_holds_the_sample_visitor(server):
    first = run(server, VISITORS).json()[0]
    assert list(first.items()) == members(VISITOR_ANSWER)


def test_the_sample_visitor_is_answered_as_printed(server):
    assert members(run(server, VISITOR).text) == members(VISITOR_ANSWER)


def test_the_answer_to_the_variables_is_as_printed_and_the_next_read_shows_them(server):
    assert members(run(server, PUT_VISITOR).text) == members(VISITOR_ANSWER)
    assert run(server, VISITOR).json()["customVariableResults"] == [
        {"name": "CARLZHOU222SHENTI", "value": "11123123123", "url": ""},
        {"name": "fccc", "value": "520", "url": ""},
        {"name": "visitor", "value": "Leo", "url": ""},
        {"name": "company", "value": "Comm100", "url": ""},
    ]


def test_every_visitor_shows_its_fields_in_the_order_of_the_sample(server):
    order = [*json.loads(VISITOR_ANSWER), "flashVersion"]
    seen = set()
    for visitor in run(server, VISITORS).json():
        assert list(visitor) == [name for name in order if name in visitor]
        seen |= set(visitor)
    assert seen == set(order)
