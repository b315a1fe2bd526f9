"""PUBLIC_URL with a path: the whole dashboard under one path of a host that other tools share, behind a real nginx."""

import html
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import requests

from tests.support import nginx
from tests.support.demo import Demo
from tests.support.metrics import HEADERS, TOKEN
from tests.support.ports import free_port

BOARD = "/board"
# Every attribute of ours that holds an address, in pages and for scripts.
ADDRESS = re.compile(
    r'\s(href|src|action|formaction|data-hx-(?:get|post|put|patch|delete)|data-(?:ask|preview|renew|set))="([^"]*)"'
)
SENT = ("/variables/row/",)  # what scripts send to: without a row there is nothing to read
REDIRECT = re.compile(r'<meta[^>]+http-equiv="refresh"[^>]+url=')
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
MAX_PAGES = 150


class Browser(requests.Session):
    """A browser that trusts the test's certificate."""

    def __init__(self, certificate: Path) -> None:
        super().__init__()
        self.trust_env = False
        self.verify = str(certificate)

    def sign_in(self, demo: Demo, root: str) -> requests.Response:
        """Sign in where an address without a sign-in leads; the page after that."""
        asked = self.get(f"{root}/visitors/?q=x", timeout=30)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', asked.text)
        assert token
        onward = re.search(r'name="next" value="([^"]+)"', asked.text)
        form = {"login": demo.user, "password": demo.password, "csrfmiddlewaretoken": token[1]}
        form |= {"next": html.unescape(onward[1])} if onward else {}
        return self.post(asked.url, form, headers={"Referer": asked.url}, timeout=30)


@contextmanager
def demo_under(folder: Path, **environment: str) -> Iterator[Demo]:
    """A small demo in which nothing moves."""
    with Demo(
        folder, ready=True, DEMO_AGENTS="5", DEMO_VISITORS="9", DEMO_FREEZE="1", METRICS_TOKEN=TOKEN, **environment
    ) as demo:
        yield demo


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, str, Path]]:
    """The demo, its public address, and the certificate of the nginx in front."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    public = f"https://127.0.0.1:{port}{BOARD}"
    given = {"PUBLIC_URL": f"{public}/", "TRUSTED_PROXIES": "127.0.0.1"}
    with (
        demo_under(tmp_path_factory.mktemp("demo"), **given) as demo,
        nginx.server(folder, int(demo.environment["PORT"]), port=port, path=BOARD),
    ):
        yield demo, public, folder / "certificate.pem"


@pytest.fixture
def person(shared: tuple[Demo, str, Path]) -> Browser:
    """A browser in which somebody is signed in."""
    demo, public, certificate = shared
    found = Browser(certificate)
    found.sign_in(demo, public)
    return found


def addresses(page: requests.Response) -> dict[str, str]:
    """Every address in a page, absolute, with the attribute that holds it; not those of other hosts, which are data."""
    found = {}
    for name, written in ADDRESS.findall(page.text):
        address = urldefrag(urljoin(page.url, html.unescape(written)))[0]
        if address and urlsplit(address).netloc == urlsplit(page.url).netloc:
            found[address] = name
    return found


def kind(address: str) -> str:
    """Addresses of one kind differ by a key or a query's values."""
    parts = urlsplit(address)
    names = re.sub(r"=[^&]*", "", parts.query)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+\b", "N", parts.path) + "?" * bool(names)


def crawl(person: requests.Session, start: str) -> dict[str, requests.Response]:
    """Ask for one address of each kind that pages lead to, beginning with one. No form is sent."""
    answers: dict[str, requests.Response] = {}
    waiting, seen = deque([start]), {kind(start)}
    while waiting and len(answers) < MAX_PAGES:
        address = waiting.popleft()
        answers[address] = answer = person.get(address, timeout=60)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for following in addresses(answer):
            if following.endswith(SENT):
                continue
            if kind(following) not in seen and not following.endswith("/logout/"):
                seen.add(kind(following))
                waiting.append(following)
    return answers


def whole(answers: dict[str, requests.Response], root: str) -> None:
    """Every address of every page is under the root and answers."""
    for address, answer in answers.items():
        assert answer.url.startswith(f"{root}/"), address
        assert answer.status_code in {200, 405}, (address, answer.status_code)  # 405: of forms that are only sent
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            outside = {one: name for one, name in addresses(answer).items() if not one.startswith(f"{root}/")}
            assert outside == {}, answer.url


def test_every_address_of_every_page_is_under_the_path_and_answers(
    person: Browser, shared: tuple[Demo, str, Path]
) -> None:
    _demo, public, _certificate = shared
    answers = crawl(person, f"{public}/")
    whole(answers, public)
    kinds = {kind(address).removeprefix(BOARD) for address in answers}
    assert {
        "/agents/", "/agents/N/", "/agents/N/status/", "/visitors/", "/visitors/N/", "/visitors/N/variables/",
        "/walls/", "/walls/N/", "/walls/N/preview/", "/walls/N/links/N/", "/changes/", "/directory/", "/connection/",
        "/sites/", "/sites/N/", "/queue/", "/accounts/2fa/", "/accounts/sessions/", "/agents/bulk/",
    } <= kinds  # fmt: skip
    styles = [answer for address, answer in answers.items() if re.search(r"\.(css|js)$", address)]
    assert len(styles) > 8
    for answer in styles:
        for inside in re.findall(r"url\(['\"]?([^)'\"]+)", answer.text):
            assert not inside.startswith("/"), answer.url


def test_the_rest_of_the_host_is_another_tools(person: Browser, shared: tuple[Demo, str, Path]) -> None:
    host = shared[1].removesuffix(BOARD)
    for path in ("/", "/agents/", "/static/css/app.css", "/healthz", "/board2/", "/boards/"):
        assert person.get(f"{host}{path}", timeout=30).status_code == 418
    assert person.get(f"{host}{BOARD}", timeout=30).url == f"{shared[1]}/agents/"


def test_sign_in_leads_back_to_the_page_that_was_asked_for(shared: tuple[Demo, str, Path]) -> None:
    demo, public, certificate = shared
    page = Browser(certificate).sign_in(demo, public)
    assert (page.url, page.status_code) == (f"{public}/visitors/?q=x", 200)
    asked = Browser(certificate).get(
        f"{public}/changes/", headers=PARTIAL | {"HX-Current-URL": f"https://127.0.0.1{BOARD}/changes/?page=2"}
    )
    assert (
        asked.headers["HX-Redirect"]
        == f"{BOARD}/accounts/login/?next={BOARD.replace('/', '%2F')}%2Fchanges%2F%3Fpage%3D2"
    )


def test_cookies_are_for_the_path_alone_and_no_other_tool_takes_their_names(
    shared: tuple[Demo, str, Path], person: Browser
) -> None:
    assert {(cookie.path, cookie.secure) for cookie in person.cookies} == {(BOARD, True)}
    names = {cookie.name for cookie in person.cookies}
    assert not names & {"sessionid", "csrftoken"}
    for name in ("sessionid", "csrftoken"):
        person.cookies.set(name, "of-another-tool", domain="127.0.0.1", path="/")
    assert person.get(f"{shared[1]}/agents/", timeout=30).url == f"{shared[1]}/agents/"


def test_a_form_is_sent_and_leads_to_a_page_under_the_path(person: Browser, shared: tuple[Demo, str, Path]) -> None:
    public = shared[1]
    walls = person.get(f"{public}/walls/", timeout=30)
    wall = next(address for address in addresses(walls) if kind(address) == f"{BOARD}/walls/N/")
    page = person.get(f"{wall}links/", timeout=30)
    values = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    sent = person.post(page.url, values | {"label": "TV", "days": "30"}, headers={"Referer": page.url}, timeout=30)
    assert sent.url.startswith(wall)
    made = re.search(r'id="wall-address" href="([^"]+)"', sent.text)
    assert made
    assert made[1].startswith(f"{public}/wall/")
    assert requests.get(made[1], verify=person.verify, timeout=30).status_code == 200


def test_a_wall_is_whole_and_its_unchanged_poll_is_answered_before_django(
    shared: tuple[Demo, str, Path], person: Browser
) -> None:
    demo, public, certificate = shared
    assert demo.wall.startswith(f"{public}/wall/")
    screen = Browser(certificate)
    page = screen.get(demo.wall, timeout=30)
    whole(crawl(screen, demo.wall), public)
    assert screen.cookies.get_dict() == {}
    assert page.headers["Referrer-Policy"] == "no-referrer", "it is known as a screen's page"
    tag = re.search(r'data-ptag="([^"]+)"', page.text)
    assert tag
    same = unchanged(screen, demo.wall, tag[1])
    assert "Content-Security-Policy" not in same.headers, "Django sets it on every answer"


def test_an_unchanged_poll_of_the_board_is_too(person: Browser, shared: tuple[Demo, str, Path]) -> None:
    address = f"{shared[1]}/agents/"
    page = person.get(address, timeout=30)
    tag = re.search(r'id="board"[^>]* data-hx-ptag="([^"]+)"', page.text)
    assert tag
    first, second = (unchanged(person, address, tag[1]) for _ in range(2))
    assert "Content-Security-Policy" in first.headers
    assert "Content-Security-Policy" not in second.headers


def unchanged(person: Browser, address: str, tag: str) -> requests.Response:
    """The 304 to a poll; the figures may have been checked anew between the page and it, with a new tag."""
    for _ in range(5):
        answer = person.get(address, headers=PARTIAL | {"HX-PTag": tag}, timeout=30)
        if answer.status_code == 304:
            assert answer.headers["X-Figures"]
            return answer
        tag = answer.headers["HX-PTag"]
    raise AssertionError("each poll brings something new")


def test_a_tv_is_led_to_its_code_under_the_path(shared: tuple[Demo, str, Path]) -> None:
    _demo, public, certificate = shared
    tv = Browser(certificate)
    page = tv.get(f"{public}/tv/", timeout=30)
    assert page.url.startswith(f"{public}/tv/")
    assert f"{public}/pair/" in page.text
    assert f'data-ask="{urlsplit(page.url).path}"' in page.text
    asked = tv.get(page.url, headers=PARTIAL | {"HX-PTag": "waiting"}, timeout=30)
    assert (asked.status_code, asked.headers["X-Robots-Tag"]) == (304, "noindex, nofollow")
    wrong = tv.get(f"{public}/wall/never-was/", timeout=30)
    assert (wrong.status_code, "css/wall." in wrong.text) == (404, True)


def test_bodies_are_bounded_by_their_path_and_pages_that_take_more_take_more(
    person: Browser, shared: tuple[Demo, str, Path]
) -> None:
    own = f"http://127.0.0.1:{shared[0].environment['PORT']}{BOARD}"  # nginx may not be allowed to write so much here
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.cookies)
    headers = {"X-Forwarded-Proto": "https", "Cookie": cookies}
    for path, status in (("/walls/", 403), ("/agents/bulk/", 403), ("/connection/", 413)):
        answer = requests.post(f"{own}{path}", {"x": "a" * 100_000}, headers=headers, timeout=30)
        assert answer.status_code == status, path


def test_machines_ask_beside_the_proxy_with_the_path_or_without(shared: tuple[Demo, str, Path]) -> None:
    demo, public, certificate = shared
    own = f"http://127.0.0.1:{demo.environment['PORT']}"
    for path in ("/healthz", "/readyz", "/metrics"):
        for root in (own, f"{own}{BOARD}"):
            answer = requests.get(
                f"{root}{path}", headers={"Host": "10.0.0.7", **HEADERS}, allow_redirects=False, timeout=30
            )
            assert answer.status_code == 200, path
    outside = Browser(certificate)
    assert outside.get(f"{public}/healthz", timeout=30).status_code == 200
    for path in ("/readyz", "/metrics"):
        assert outside.get(f"{public}{path}", timeout=30).status_code == 404


def test_an_error_page_leads_to_the_board(shared: tuple[Demo, str, Path], person: Browser) -> None:
    page = person.get(f"{shared[1]}/nothing/", timeout=30)
    assert page.status_code == 404
    assert f'<a href="{BOARD}/">' in page.text
    whole({one: person.get(one, timeout=30) for one in addresses(page)}, shared[1])


def test_a_proxy_that_takes_the_path_off_serves_the_same(shared: tuple[Demo, str, Path]) -> None:
    demo, _public, _certificate = shared
    own = f"http://127.0.0.1:{demo.environment['PORT']}"
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    page = requests.get(f"{own}/accounts/login/", headers=headers, timeout=30)
    assert page.status_code == 200
    found = [html.unescape(written) for _name, written in ADDRESS.findall(page.text)]
    assert {one for one in found if one.startswith("/") and not one.startswith(f"{BOARD}/")} == set()
    style = next(one for one in found if one.endswith(".css"))
    for path in (style, style.removeprefix(BOARD)):
        assert requests.get(f"{own}{path}", headers=headers, timeout=30).status_code == 200


@pytest.mark.long(sibling="test_every_address_of_every_page_is_under_the_path_and_answers")
def test_wsgis_own_variable_is_enough_without_a_proxy(tmp_path: Path) -> None:
    with demo_under(tmp_path, SCRIPT_NAME=BOARD) as demo:
        assert demo.url.endswith(BOARD)
        page = requests.get(f"{demo.url}/accounts/login/", timeout=30)
        whole({one: requests.get(one, timeout=30) for one in [page.url, *addresses(page)]}, demo.url)
        assert len(addresses(page)) > 8
        whole(crawl(requests.Session(), demo.wall), demo.url)
        assert requests.get(f"{demo.url.removesuffix(BOARD)}/healthz", timeout=30).status_code == 200
