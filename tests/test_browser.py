"""The demo as a newcomer sees it: in a browser, as several members of one channel.

Screenshots go to the folder that ``MARQUEE_SCREENSHOTS`` names.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.demo_process import DemoProcess

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
QUESTIONS, SECONDS = 2, 10
# From one step of a round to the next: a question's time, reading time and the gap.
STEP_MS = (SECONDS + 15) * 1000


def chromium() -> str | None:
    """The browser of this system; none is downloaded."""
    named = os.environ.get("MARQUEE_CHROMIUM")
    found = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    return named or next(filter(None, found), None)


class Chat:
    """The demo's page, used with mouse and keyboard."""

    def __init__(self, page: Page, screenshots: Path) -> None:
        self.page = page
        self._screenshots = screenshots

    async def become(self, member: str) -> None:
        """Go on as another member."""
        await self.page.get_by_label("Viewing as").select_option(label=member)

    async def type_command(self, name: str) -> None:
        """Type a command and pick it from the list; it is not sent yet."""
        await self.page.get_by_label("Message", exact=True).fill(f"/{name}")
        await self.page.get_by_role("option").filter(has_text=f"/{name}").first.click()

    async def enter_option(self, option: str) -> Locator:
        """Add an option to the command that was typed; its field, focused."""
        await self.page.get_by_label(re.compile("^Command /")).click()
        await self.page.get_by_role("option", name=re.compile(rf"^{option}\b")).click()
        return self.page.get_by_role("textbox", name=option)

    async def send(self) -> None:
        """Send the command that was typed."""
        await self.page.get_by_role("button", name="Send").click()

    async def run(self, name: str, **options: str) -> None:
        """Type a command with its options, and send it."""
        await self.type_command(name)
        for option, value in options.items():
            field = await self.enter_option(option)
            await field.fill(value)
        await self.send()

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The messages in the channel that have this text."""
        return self.page.locator("article.channel-message").filter(has_text=text)

    async def answer(self, question: Locator, letter: str) -> None:
        """Press an option's button, and get the private confirmation."""
        await question.get_by_role("button", name=re.compile(rf"^{letter}\b")).click()
        confirmation = self.message(f"Locked in: {letter}").last
        await expect(confirmation).to_contain_text("Only you can see this")

    async def press_until(self, button: Locator, shown: Locator) -> None:
        """Press a button until its effect is seen, as people do.

        A press may fall into the moment in which the page is drawn anew.
        """
        for _ in range(3):
            await button.click()
            with contextlib.suppress(AssertionError):
                await expect(shown).to_be_visible(timeout=8_000)
                return
        await expect(shown).to_be_visible()

    async def picture(self, name: str) -> None:
        """Keep a screenshot."""
        await self.page.screenshot(path=self._screenshots / f"{name}.png")


@pytest.fixture
def browser_path() -> str:
    """Chromium; without one the test is skipped, unless ``MARQUEE_REQUIRE_BROWSER`` is 1."""
    found = chromium()
    if found is None:
        missing = "There is no Chromium here (apt-get install chromium, or set MARQUEE_CHROMIUM)."
        if os.environ.get("MARQUEE_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("MARQUEE_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
async def chat(tmp_path: Path, browser_path: str, screenshots: Path) -> AsyncGenerator[Chat]:
    """The demo's page, open in a fresh browser."""
    root = getattr(os, "geteuid", lambda: 1)() == 0
    expect.set_options(timeout=15_000)
    async with DemoProcess(tmp_path / "data") as demo, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browser_path,
            args=FLAGS,
            chromium_sandbox=not root,  # which Chromium refuses to set up as root
        )
        page = await browser.new_page(viewport={"width": 1000, "height": 860})
        mistakes: list[str] = []
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        await page.goto(await demo.address())
        await expect(page.get_by_label("Preview viewport")).to_have_attribute("aria-busy", "false")
        yield Chat(page, screenshots)
        await browser.close()
        assert not mistakes
        assert "Traceback" not in demo.output


async def test_a_card_and_its_facts(chat: Chat) -> None:
    """A member gets a film's card, picks a topic from the choices offered, and turns the facts."""
    await chat.run("film show")
    card = chat.message("Mike Figgis")
    await expect(card).to_contain_text("Leaving Las Vegas")
    await card.get_by_text("Mike Figgis").first.scroll_into_view_if_needed()
    await chat.picture("card")

    await chat.type_command("film fact")
    await chat.enter_option("topic")
    await chat.page.get_by_role("option", name=re.compile("^Filming")).click()
    await chat.send()
    fact = chat.message(re.compile(r"Source: .* 1 of \d+"))
    await expect(fact).to_contain_text("Filming")
    await chat.press_until(
        fact.get_by_role("button", name="Another"), chat.message(re.compile(r"Source: .* 2 of \d+"))
    )
    await expect(fact).to_have_count(0)


@pytest.mark.takes(seconds=40)
async def test_a_round_of_two(chat: Chat) -> None:
    """Two members play a round to its board, each seeing only their own answers."""
    await chat.run("trivia start", questions=str(QUESTIONS), seconds=str(SECONDS))
    for number in range(1, QUESTIONS + 1):
        question = chat.message(f"Question {number} of {QUESTIONS}")
        await expect(question).to_be_visible(timeout=STEP_MS)
        await chat.become("Bruno")
        await chat.answer(question, "A")
        await chat.become("Chiyo")
        await expect(question).to_be_visible()
        await expect(chat.message("Locked in: A")).to_have_count(0)
        await chat.answer(question, "B")
        await expect(question.get_by_text(re.compile(r"^in [1-5] seconds?$"))).to_be_visible(
            timeout=STEP_MS
        )
        await chat.picture("question")
        reveal = chat.message(f"Answer {number} of {QUESTIONS}")
        await expect(reveal).to_contain_text("Source: ", timeout=STEP_MS)
        await chat.picture("reveal")

    final = chat.message("Final board")
    await expect(final).to_be_visible(timeout=STEP_MS)
    await chat.run("trivia leaderboard")
    board = chat.message("Server board")
    for place in (final, board):
        await expect(place).to_contain_text("@Bruno")
        await expect(place).to_contain_text("@Chiyo")
    await chat.picture("board")
