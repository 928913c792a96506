"""The program as it is served: forms, files, casting on one port."""

from __future__ import annotations

import re
import threading
from contextlib import closing
from urllib.parse import urlencode

import pytest
from tests.apps.ballots.hall import PUBLIC, vote
from tests.apps.ballots.server import line_to, serving

from pingyi.apps.people.models import Account

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long password 云州"


def test_an_officer_signs_in_on_the_served_site() -> None:
    Account.objects.create_account("li", PASSWORD, "李明")
    with serving() as server, closing(line_to(server)) as line:
        line.request("GET", "/accounts/login/")
        page = line.getresponse()
        text = page.read().decode()
        cookie = str(page.getheader("set-cookie")).split(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        assert token is not None
        form = {"login": "li", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", "/accounts/login/", urlencode(form), headers)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 302
        assert "sessionid" in str(answer.headers)
        line.request("GET", "/static/base/pingyi.css")
        sheet = line.getresponse()
        assert sheet.status == 200
        assert sheet.read()
        line.request("GET", "/health/")
        assert line.getresponse().read().startswith(b'{"status": "ok"')
    assert b"127.0.0.1" not in server.log.read_bytes().replace(b"http://127.0.0.1", b"")


def test_many_open_the_voters_page_at_once() -> None:
    town = vote({PUBLIC: 5})
    statuses: list[int] = []

    def phone() -> None:
        with closing(line_to(server)) as line:
            for path in (f"/v/{town.poll.slug}/", f"/cast/{town.poll.slug}/form"):
                line.request("GET", path)
                answer = line.getresponse()
                answer.read()
                statuses.append(answer.status)

    with serving() as server:
        phones = [threading.Thread(target=phone) for _ in range(60)]
        for one in phones:
            one.start()
        for one in phones:
            one.join()
    assert statuses == [200] * 120
