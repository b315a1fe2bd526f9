"""One request to the misbehaving server, and the means to answer it well or badly."""

import json
import socket
import struct
import threading
from typing import Any

AGENT = {"id": "c97a2afe-a38f-46f8-a55b-8ac9f873cd09", "status": "Online", "ongoingChats": 0}
VISITOR = {
    "id": "3d59f909-24cd-43bc-89cb-00a320617c0a",
    "status": "inSite",
    "browser": "Google Chrome 86.0.4240.75",
    "flashVersion": "32.0",
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
    "currentBrowsing": "https://shop.example/?q=1622025088751",
    "referrerUrl": "https://search.example/",
    "name": "Leo",
    "email": "123@comm100.example",
    "phone": "1234567890123",
    "company": "comm",
    "productService": "LA",
    "departmentId": "5c4d6b0e-52e1-4c3f-9f5e-8a4e9f1f7d11",
    "searchEngine": "Google",
    "searchKeywords": "com",
    "landingPage": "https://shop.example/",
    "customFields": [{"name": "Order", "value": "520", "url": ""}],
    "customVariableResults": [{"name": "plan", "value": "Plus", "url": ""}],
}
"""A visitor with every field of the contract."""


def good(path: str) -> Any:
    """What a good server answers to a read or write of `path`."""
    parts = path.partition("?")[0].split("/")
    if parts[-2] in ("agents", "visitors"):
        return (AGENT if parts[-2] == "agents" else VISITOR) | {"id": parts[-1]}
    return {
        "livechat/agents": [AGENT],
        "livechat/visitors": [VISITOR],
        "global/agents": {"agents": [{"id": AGENT["id"], "displayName": "Ann", "isActive": True}]},
        "global/agentAwayStatuses": {"agentAwayStatuses": [{"name": "Meeting", "order": 1, "isSystem": False}]},
        "global/departments": [{"id": VISITOR["departmentId"], "name": "Sales"}],
        "livechat/customVariables": [{"name": "plan", "type": "text"}],
    }.get("/".join(parts[-2:]), {})


class Talk:
    """One request on one connection."""

    def __init__(self, connection: socket.socket, stopped: threading.Event, url: str) -> None:
        self.connection, self.stopped, self.url = connection, stopped, url
        head, _, received = self._head().partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = lines[0].split(" ", 2)
        pairs = (line.partition(":") for line in lines[1:])
        self.headers = {name.lower(): value.strip() for name, _, value in pairs}
        self.body = self._rest(received, int(self.headers.get("content-length", 0)))

    def _head(self) -> bytes:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._some()
        return received

    def _rest(self, received: bytes, length: int) -> bytes:
        while len(received) < length:
            received += self._some()
        return received

    def _some(self) -> bytes:
        piece = self.connection.recv(65_536)
        if not piece:
            raise ConnectionError("the other side hung up")
        return piece

    def good(self) -> bytes:
        """The body that a good server would send."""
        return json.dumps(good(self.path)).encode()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(data)

    def head(self, *headers: str, status: str = "200 OK") -> None:
        """Send a status line and headers."""
        lines = [f"HTTP/1.1 {status}", "Content-Type: application/json; charset=utf-8", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n")

    def answer(self, body: bytes, *headers: str, status: str = "200 OK") -> None:
        """Send a whole answer."""
        self.head(f"Content-Length: {len(body)}", *headers, status=status)
        self.send(body)

    def wait(self) -> None:
        """Do nothing until the server stops."""
        self.stopped.wait()

    def forever(self, piece: bytes, pause: float = 0.0) -> None:
        """Send `piece` again and again, every `pause` seconds, until the other side hangs up."""
        while not self.stopped.wait(pause):
            self.send(piece)

    def reset(self) -> None:
        """End the connection with an RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
