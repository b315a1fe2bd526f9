"""The agent and the visitor of the samples in the vendor's page "Chat Server", field by field."""

from typing import Any

NO_GUID = "00000000-0000-0000-0000-000000000000"  # the vendor's way to say "none"

SAMPLE_AGENT = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
SAMPLE_VISITOR = "3d59f909-24cd-43bc-89cb-00a320617c0a"

_PREVIEW = (
    "https://dash11.comm100.io/frontEnd/assets/livechat/previewpage/"
    "?campaignId=22f0b296-69e9-4b81-abe4-4bb9ed5ec9ef&siteId=10000"
)


def sample_visitor() -> dict[str, Any]:
    """A new copy of the sample visitor. Reads answer the members of every visitor in this order."""
    return {
        "id": SAMPLE_VISITOR,
        "status": "inSite",
        "browser": "Google Chrome 86.0.4240.75",
        "operatingSystem": "Windows 8.1",
        "screenResolution": "1680x1050",
        "language": "en-US",
        "ip": "192.168.2.128",
        "country": "China",
        "state": "Zhejiang",
        "city": "Hangzhou",
        "timeZone": "GMT +08:00",
        "visitTime": "2021-05-26T10:30:16.036Z",
        "firstVisitTime": "2021-05-26T10:31:29.597Z",
        "visits": 1,
        "chats": 0,
        "pageViews": 1,
        "currentBrowsing": f"{_PREVIEW}&q=1622025088751",
        "referrerUrl": _PREVIEW,
        "name": "192.168.2.128",
        "email": "123@comm100.com",
        "phone": "1234567890123",
        "company": "comm",
        "productService": "LA",
        "departmentId": NO_GUID,
        "searchEngine": "Google",
        "searchKeywords": "com",
        "landingPage": f"{_PREVIEW}&q=1622025088751",
        "customFields": [],
        "customVariableResults": [
            {"name": "CARLZHOU222SHENTI", "value": "11123123123", "url": ""},
            {"name": "fccc", "value": "520", "url": ""},
        ],
    }
