"""What a voter does with the page, as the tests do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from pingyi.apps.ballots import actions
from pingyi.apps.ballots.models import ClassCount, OpenedSheets
from pingyi.apps.ballots.opening import unpack_rows
from pingyi.apps.polls.enums import ItemState
from pingyi.apps.polls.models import Poll
from tests.apps.ballots.hall import Vote
from tests.apps.schemes.hands import organiser
from tests.browser.eyes import Eyes

PHONE = {"width": 390, "height": 844}


def path_of(town: Vote) -> str:
    return f"/v/{town.poll.slug}/"


def called(town: Vote, title: str) -> Vote:
    """The same vote under another title."""
    Poll.objects.filter(pk=town.poll.pk).update(title=title)
    return town


def returned(town: Vote) -> dict[str, int]:
    """Open the boxes; class → ballots."""
    for item in town.poll.items.exclude(state=ItemState.LOCKED):
        actions.lock_item(by=organiser(), item=item)
    town.open_boxes()
    counts = ClassCount.objects.filter(item__poll=town.poll)
    found: dict[str, int] = {}
    for count in counts:
        found[count.rater_class] = found.get(count.rater_class, 0) + count.returned
    return found


def sheets_of(town: Vote, rater_class: str) -> list[tuple[int, ...]]:
    """All opened sheets of a class, as codes of answers."""
    found = OpenedSheets.objects.filter(item__poll=town.poll, rater_class=rater_class)
    return sorted(
        tuple(row)
        for sheets in found
        for row in unpack_rows(bytes(sheets.rows), sheets.dimensions).tolist()
    )


def come_in(eyes: Eyes, town: Vote, code: str) -> Page:
    """Scan the slip and read the instructions."""
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(town)}#{code}")
    expect(page.get_by_role("heading", name="填写说明")).to_be_visible()
    return page


def start(eyes: Eyes, town: Vote, code: str) -> Page:
    page = come_in(eyes, town, code)
    page.get_by_role("button", name="开始填写").click()
    return page


def fill_points(page: Page, points: Iterator[int]) -> None:
    """The target that is shown, every dimension."""
    for field in page.locator(".v-number:visible").all():
        field.fill(str(next(points)))


def fill_all(page: Page, fill: Callable[[Page], None]) -> None:
    """Every target, one after the other, up to the review."""
    for _ in range(200):
        fill(page)
        last = page.locator("#fill-next").inner_text() == "检查并投票"
        page.locator("#fill-next").click()
        if last:
            break
    expect(page.get_by_role("heading", name="投出之前，请检查")).to_be_visible()


def choose(label: str) -> Callable[[Page], None]:
    def fill(page: Page) -> None:
        page.locator("#fill-one").get_by_role("radio", name=label).first.check(force=True)

    return fill


def press_cast(page: Page) -> None:
    page.get_by_role("button", name="投出这张票").click()
    page.get_by_role("dialog").get_by_role("button", name="投出").click()


def receipt(page: Page) -> str:
    """Wait for the receipt; its letters."""
    expect(page.locator("#receipt-title")).to_be_visible()
    groups = page.locator(".v-receipt").last.locator("span").all_inner_texts()
    return "-".join(groups)


def vote_for_all(page: Page, label: str = "满意") -> str:
    fill_all(page, choose(label))
    press_cast(page)
    return receipt(page)


def storage(page: Page) -> dict[str, str]:
    """Everything that lies on the device."""
    found: dict[str, str] = page.evaluate("({...localStorage, ...sessionStorage})")
    return found
