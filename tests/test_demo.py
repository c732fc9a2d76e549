"""The demo, started from the command line as a newcomer would."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo import session
from bot.demo.page import open_page
from bot.demo.world import FILM_NIGHT
from bot.live import open_bot
from bot.settings import Settings
from tests.conftest import ROOT, SEEDS
from tests.demo_process import DemoProcess

NOISE = ("Traceback", "Task was destroyed", "never retrieved", "Unclosed", "Warning:")


class Tab:
    """A browser tab in the demo's page, acting as one member."""

    def __init__(self, web: aiohttp.ClientSession, headers: dict[str, str]) -> None:
        self._web = web
        self._headers = headers
        self._sequence = 0
        self.state: dict[str, Any] = {}

    @classmethod
    async def open(cls, web: aiohttp.ClientSession, address: str, member: str = "Ada") -> Tab:
        """A new tab. The part of the address behind ``#`` is what lets it in."""
        tab = cls(web, {"X-Simcord-Capability": address.partition("#")[2]})
        async with web.post("/api/pages", json={}, headers=tab._headers) as response:
            tab.state = await response.json()
        tab._headers["X-Simcord-Context"] = tab.state["context"]["id"]
        viewers = {viewer["name"]: viewer["id"] for viewer in tab.state["viewers"]}
        await tab.act("viewer", viewer_id=viewers[member])
        await tab.look()
        return tab

    async def look(self) -> None:
        """Fetch what the page shows now."""
        async with self._web.get("/api/state", headers=self._headers) as response:
            self.state = await response.json()

    async def act(self, kind: str, **what: Any) -> dict[str, Any]:
        """Do something on the page as it looked last; what became of it."""
        body = {
            "kind": kind,
            "protocol_version": 3,
            "sequence": self._sequence + 1,
            "request_id": f"{id(self)}-{self._sequence}",
            "generation": self.state["context"]["generation"],
            "bot_generation": self.state["botGeneration"],
            "published_revision": self.state["publishedRevision"],
            **what,
        }
        async with self._web.post("/api/action", json=body, headers=self._headers) as response:
            receipt = await response.json()
        self._sequence = receipt["expectedSequence"]
        return receipt

    async def run(self, command: str) -> dict[str, Any]:
        """Run a command without options."""
        async with self._web.get("/api/commands", headers=self._headers) as response:
            entries = (await response.json())["entries"]
        entry = next(entry for entry in entries if entry["invocation"] == command)
        return await self.act(
            "run_command",
            command_id=entry["commandId"],
            path=entry["path"],
            schema_fingerprint=entry["schemaFingerprint"],
            options={},
        )

    async def press_last_button(self) -> dict[str, Any]:
        """Press the last button in the channel."""
        message = self.state["messages"][self.state["timeline"][-1]]
        button = message["components"][0]["components"][-1]
        return await self.act("click", target_id=message["id"], control_key=button["control_key"])


def web_of(address: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(address.partition("#")[0])


async def end(demo: DemoProcess, number: signal.Signals = signal.SIGINT) -> None:
    """End the demo as Ctrl-C does, and see that it took it well."""
    demo.signal(number)
    assert await demo.wait(within=2) == 0, demo.output
    assert not [noise for noise in NOISE if noise in demo.output], demo.output


async def test_it_opens_a_page_with_the_channel_its_members_and_the_commands(
    tmp_path: Path,
) -> None:
    """The address that is printed leads to a channel in which one can act as four members."""
    async with DemoProcess(tmp_path) as demo:
        address = await demo.address()
        async with web_of(address) as web:
            async with web.get("/") as page, web.get("/app.js") as script:
                assert page.status == 200
                assert "Marquee" in await script.text()
            tab = await Tab.open(web, address)
            assert tab.state["channel"]["name"] == "film-night"
            names = [viewer["name"] for viewer in tab.state["viewers"]]
            assert names == ["Ada", "Bruno", "Chiyo", "Dana"]
            receipt = await tab.run("film show")
            assert receipt["settlement"] == "settled"
        await end(demo)


async def test_it_can_be_run_twice_in_the_same_folder(tmp_path: Path) -> None:
    """The second run has the commands too, although the ledger knows them as sent already."""
    for number in (signal.SIGINT, signal.SIGTERM):
        async with DemoProcess(tmp_path) as demo:
            address = await demo.address()
            async with web_of(address) as web:
                tab = await Tab.open(web, address)
                assert tab.state["commands"]["count"] > 0
            await end(demo, number)
    assert (tmp_path / "demo" / "ledger.db").is_file()


async def test_its_own_menu_ends_it(tmp_path: Path) -> None:
    """ "End preview session" ends the process, not only the page."""
    async with DemoProcess(tmp_path) as demo:
        address = await demo.address()
        async with web_of(address) as web:
            tab = await Tab.open(web, address)
            await tab.act("close")
        assert await demo.wait(within=2) == 0, demo.output


async def test_it_ends_in_time_while_a_command_is_under_way(tmp_path: Path) -> None:
    """A member who waits for an answer does not hold up the end."""
    async with DemoProcess(tmp_path) as demo:
        address = await demo.address()
        async with web_of(address) as web:
            tab = await Tab.open(web, address)
            rebuild = asyncio.create_task(tab.run("admin rebuild"))
            await demo.wait_for_output("/admin rebuild")
            await end(demo)
            await asyncio.gather(rebuild, return_exceptions=True)


async def test_clicks_and_the_clock_take_turns(tmp_path: Path) -> None:
    """Members who click at once, on pages redrawn meanwhile, are all heard."""
    async with DemoProcess(tmp_path) as demo:
        address = await demo.address()

        async def play(member: str) -> list[str]:
            tab = await Tab.open(web, address, member)
            await tab.run("film fact")
            await tab.look()
            return [(await tab.press_last_button())["settlement"] for _ in range(20)]

        async with web_of(address) as web:
            settled = await asyncio.gather(*map(play, ("Ada", "Bruno", "Chiyo")))
        assert settled == [["settled"] * 20] * 3
        await end(demo)


async def test_a_second_demo_is_told_that_the_folder_is_in_use(tmp_path: Path) -> None:
    """Two demos never share a ledger."""
    async with DemoProcess(tmp_path) as first:
        await first.address()
        async with DemoProcess(tmp_path) as second:
            assert await second.wait(within=20) == 1
        assert second.output.count("\n") == 1
        assert "Another Marquee is using the data folder" in second.output
        await end(first)


async def test_another_channel(tmp_path: Path) -> None:
    """`--channel after-dark` opens the age-restricted channel."""
    async with DemoProcess(tmp_path, "--channel", "after-dark") as demo:
        address = await demo.address()
        async with web_of(address) as web:
            tab = await Tab.open(web, address)
        assert tab.state["channel"]["name"] == "after-dark"
        await end(demo)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--channel", "lobby"), 2, "--channel must be film-night or after-dark, not 'lobby'"),
        (("--port", "99999"), 1, "port must be an integer between 0 and 65535"),
    ],
)
async def test_an_argument_that_cannot_be_used_gets_one_line(
    tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """The line names what is wrong; there is no traceback."""
    async with DemoProcess(tmp_path, *arguments) as demo:
        assert await demo.wait(within=20) == code
    assert said in demo.output.splitlines()[-1]
    assert "Traceback" not in demo.output


async def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path) -> None:
    """One line, when SimCord is not installed."""
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['simcord'] = None\n")
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    async with DemoProcess(tmp_path, PYTHONPATH=path) as demo:
        assert await demo.wait(within=20) == 1
    assert demo.output.count("\n") == 1
    assert "pip install -e '.[demo]'" in demo.output


async def test_the_simulated_discord_is_of_today_with_the_members_of_yesterday(
    tmp_path: Path,
) -> None:
    """The clock is the real one from the start; ids are those of the last run, as in the ledger."""
    members: list[list[int]] = []
    settings = Settings(data_dir=tmp_path, seeds_dir=SEEDS)
    for _ in range(2):
        async with (
            open_bot(settings) as bot,
            session.simulated_discord(bot, asyncio.Lock()) as (env, world),
        ):
            assert abs((datetime.now(UTC) - env.now()).total_seconds()) < 5
            members.append([member.id for member in world.members])
            assert bot.settings.admin_ids == {world.ada.id}
            channel = bot.get_channel(world.after_dark.id)
            assert getattr(channel, "nsfw", False)
    assert members[0] == members[1]


async def test_the_clock_goes_on_over_a_page_that_was_closed_meanwhile(tmp_path: Path) -> None:
    """Between its own menu and the end of the demo there may be a tick."""
    turn = asyncio.Lock()
    async with (
        open_bot(Settings(data_dir=tmp_path, seeds_dir=SEEDS)) as bot,
        session.simulated_discord(bot, turn) as (env, world),
        open_page(env, world.channel(FILM_NIGHT), world.members, None, turn) as page,
    ):
        await page.keep_up()
        await world.ada.slash(world.film_night, "about")  # to be drawn
        await page.close()
        await page.keep_up()
