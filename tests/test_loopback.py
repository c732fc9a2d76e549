"""The loopback Discord keeps its own promises, shown with a bare discord.py bot."""

import asyncio
import json
import signal
import time
import zlib
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime

import aiohttp
import pytest
from yarl import URL

from tests.loopback import BotProcess, Call, Json, LoopbackDiscord, LoopbackError, Reply
from tests.loopback.records import Proceed
from tests.loopback.wire import api, gateway, identify

BARE_BOT = "tests.loopback.bare_bot"
COMMANDS = "/applications/{application}/commands"
MESSAGES = "/channels/{channel}/messages"


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as server:
        yield server


async def test_a_bare_bot_answers_commands_autocomplete_and_clicks(discord: LoopbackDiscord):
    channel = discord.add_channel(discord.add_guild())
    ada = discord.add_user("ada")
    async with BotProcess(discord.environment, target=BARE_BOT) as bot:
        await discord.wait_ready()
        pong = await discord.command(ada, channel, "ping", word="beta")
        assert (await pong.response())["data"]["content"] == "pong"
        assert 0 < pong.latency < 3

        typed = await discord.autocomplete(ada, channel, "ping", "word", "al")
        choices = (await typed.response())["data"]["choices"]
        assert [choice["value"] for choice in choices] == ["alpha", "beta", "gamma"]

        await discord.command(ada, channel, "panel")
        panel = await discord.wait_for_message(channel, lambda message: bool(message["components"]))
        press = await discord.click(ada, panel, "bare:press")
        assert (await press.response())["data"] == {
            "tts": False,
            "content": "pressed",
            "flags": 64,
        }
        assert [message["content"] for message in discord.messages(channel)] == [
            "pong",
            "Here is a button.",
        ]
        assert bot.exit_code is None
        assert bot.cpu_seconds() > 0
        assert bot.rss_bytes() > 10_000_000
    assert bot.exit_code == -signal.SIGKILL


async def test_a_restarted_bot_is_ready_anew_and_its_commands_keep_their_ids(
    discord: LoopbackDiscord,
):
    channel = discord.add_channel(discord.add_guild())
    ada = discord.add_user("ada")
    ids: list[list[str]] = []
    for _ in range(2):
        async with BotProcess(discord.environment, target=BARE_BOT) as bot:
            await discord.wait_ready()
            await (await discord.command(ada, channel, "ping")).response()
            ids.append([command["id"] for command in discord.world.commands[None]])
            bot.signal(signal.SIGINT)
            await bot.wait()
    assert ids[0] == ids[1]
    assert discord.gateway.identifies == len(discord.calls("PUT", COMMANDS)) == 2


@pytest.mark.parametrize(
    "sent", [b"", b"--cut\r\nContent-Disposition: form-data; name=x\r\n\r\nhalf"]
)
async def test_who_dies_in_the_middle_of_a_request_has_asked_nothing(
    discord: LoopbackDiscord, sent: bytes
) -> None:
    """As a bot that is killed while it sends a picture; that is no trouble of the loopback's."""
    channel = discord.add_channel(discord.add_guild())
    url = URL(discord.environment["LOOPBACK_URL"])
    assert url.host
    assert url.port
    _, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        f"POST /api/v10/channels/{channel.id}/messages HTTP/1.1\r\nHost: discord\r\n"
        "Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: 9999\r\n\r\n".encode()
        + sent
    )
    await writer.drain()
    # An answer to a later request says that the earlier one has arrived.
    async with aiohttp.ClientSession() as session, session.get(url / "api/v10/gateway"):
        writer.close()
        await writer.wait_closed()
    async with aiohttp.ClientSession() as session, session.get(url / "api/v10/gateway"):
        pass
    assert discord.calls("POST", MESSAGES) == []


async def test_a_refused_token_ends_the_process(discord: LoopbackDiscord):
    environment = discord.environment | {"DISCORD_TOKEN": "wrong"}
    async with BotProcess(environment, target=BARE_BOT) as bot:
        assert await bot.wait() == 1
    assert "LoginFailure" in bot.output
    assert discord.gateway.identifies == 0


async def test_output_can_be_waited_for(discord: LoopbackDiscord):
    async with BotProcess(discord.environment, target=BARE_BOT) as bot:
        await bot.wait_for_output("logging in using static token")


async def test_an_unknown_route_fails_the_test_that_used_it():
    with pytest.raises(LoopbackError, match="GET /nowhere is not implemented"):
        await ask_for_an_unknown_route()


async def ask_for_an_unknown_route() -> None:
    async with (
        LoopbackDiscord() as discord,
        api(discord) as client,
        client.get("nowhere") as answer,
    ):
        assert answer.status == 501


async def test_nothing_is_served_without_the_token(discord: LoopbackDiscord):
    async with api(discord) as client:
        wrong = {"Authorization": "Bot wrong"}
        async with client.get("users/@me", headers=wrong) as answer:
            assert answer.status == 401
            assert answer.headers["Content-Type"] == "application/json"
            assert await answer.json() == {"message": "401: Unauthorized", "code": 0}


async def test_an_enforced_nonce_gives_the_message_already_stored(discord: LoopbackDiscord):
    channel = discord.add_channel(discord.add_guild())
    body = {"content": "hello", "nonce": "round-7", "enforce_nonce": True}
    ids: list[str] = []
    async with api(discord) as client:
        for _ in range(2):
            async with client.post(f"channels/{channel.id}/messages", json=body) as answer:
                ids.append((await answer.json())["id"])
    assert ids[0] == ids[1]
    assert len(discord.messages(channel)) == 1
    assert len(discord.calls("POST", MESSAGES)) == 2


async def test_a_hook_can_accept_a_request_and_deny_it(discord: LoopbackDiscord):
    async def bad_gateway(call: Call, proceed: Proceed) -> Reply:
        await proceed(call)
        return Reply(502)

    channel = discord.add_channel(discord.add_guild())
    discord.hooks.append(bad_gateway)
    async with api(discord) as client:
        body = {"content": "hello"}
        async with client.post(f"channels/{channel.id}/messages", json=body) as answer:
            assert answer.status == 502
    assert [message["content"] for message in discord.messages(channel)] == ["hello"]


async def test_files_arrive_beside_the_payload(discord: LoopbackDiscord):
    channel = discord.add_channel(discord.add_guild())
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps({"attachments": [{"id": 0, "filename": "a.txt"}]}))
    form.add_field("files[0]", b"seven b", filename="a.txt")
    path = f"channels/{channel.id}/messages"
    async with api(discord) as client, client.post(path, data=form) as answer:
        attachment = (await answer.json())["attachments"][0]
    assert (attachment["filename"], attachment["size"]) == ("a.txt", 7)


async def test_messages_and_threads_live_until_deleted(discord: LoopbackDiscord):
    channel = discord.add_channel(discord.add_guild(), nsfw=True)
    async with api(discord) as client:
        path = f"channels/{channel.id}/messages"
        async with client.post(path, json={"content": "one"}) as answer:
            path += "/" + (await answer.json())["id"]
        async with client.patch(path, json={"content": "two", "flags": 64}) as answer:
            assert (await answer.json())["content"] == "two"
        async with client.post(f"{path}/threads", json={"name": "talk"}) as answer:
            thread = await answer.json()
            assert (thread["type"], thread["parent_id"]) == (11, str(channel.id))
        async with client.get(f"channels/{thread['id']}") as answer:
            assert await answer.json() == thread
        async with client.patch(f"channels/{thread['id']}", json={"archived": True}) as answer:
            assert (await answer.json())["thread_metadata"]["archived"]
        guild = discord.world.guilds[channel.guild_id]
        assert discord.world.guild_payload(guild)["threads"] == []
        for status in (204, 404):
            async with client.delete(path) as answer:
                assert (answer.status, "Content-Type" in answer.headers) == (status, status == 404)
        async with client.post(f"channels/{channel.id}/messages", json={}) as answer:
            assert (await answer.json())["code"] == 50006
    assert discord.messages(channel) == []


async def test_its_clock_is_put_forward(discord: LoopbackDiscord):
    """Its ids and its web server tell another time than this machine."""
    before = discord.world.new_id()
    discord.let_pass(24 * 3_600)
    assert 86_400_000 <= (discord.world.new_id() >> 22) - (before >> 22) < 86_460_000
    async with api(discord) as client, client.get("gateway") as answer:
        told = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert abs(told - time.time() - 86_400) < 60


async def test_an_ephemeral_answer_is_not_in_the_channel(discord: LoopbackDiscord):
    channel = discord.add_channel(discord.add_guild())
    ada, ben = discord.add_user("ada"), discord.add_user("ben")
    option = {"name": "who", "type": 6, "required": True}
    discord.world.set_commands(None, [{"name": "name", "type": 1, "options": [option]}])
    async with api(discord) as client, gateway(discord) as socket:
        await identify(socket, discord.world.token)
        await discord.wait_ready()
        record = await discord.command(ada, channel, "name", who=ben)
        payload: Json = {}
        while payload.get("t") != "INTERACTION_CREATE":
            payload = await socket.receive_json()
        callback = f"interactions/{record.id}/{record.token}/callback"
        secret = {"type": 4, "data": {"content": "psst", "flags": 64}}
        async with client.post(callback, json=secret) as answer:
            assert (answer.status, await answer.read()) == (204, b"")
        assert record.original is not None
        async with client.get(f"channels/{channel.id}/messages/{record.original['id']}") as answer:
            assert (await answer.json())["code"] == 10008
    assert payload["d"]["data"]["resolved"]["users"][str(ben.id)]["username"] == "ben"
    assert await record.response() == secret
    assert discord.messages(channel) == []


async def test_an_interaction_is_answered_once_and_its_deferral_filled(discord: LoopbackDiscord):
    channel = discord.add_channel(discord.add_guild())
    ada = discord.add_user("ada")
    discord.world.set_commands(None, [{"name": "wait", "type": 1}])
    async with api(discord) as client, gateway(discord) as socket:
        await identify(socket, discord.world.token)
        await discord.wait_ready()
        record = await discord.command(ada, channel, "wait")
        callback = f"interactions/{record.id}/{record.token}/callback"
        webhook = f"webhooks/{discord.world.bot.id}/{record.token}"
        async with client.post(f"{callback}?with_response=1", json={"type": 5}) as answer:
            assert (await answer.json())["interaction"]["response_message_loading"]
        async with client.post(callback, json={"type": 5}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 40060)
        with pytest.raises(TimeoutError):
            await record.message(within=0)  # a deferral is none
        for text in ("the answer", "more"):
            async with client.post(webhook, json={"content": text}) as answer:
                assert answer.status == 200
            assert (await record.message())["content"] == "the answer"
        async with client.delete(f"{webhook}/messages/@original") as answer:
            assert answer.status == 204
    assert [followup["content"] for followup in record.followups] == ["more"]
    assert [message["content"] for message in discord.messages(channel)] == ["more"]


@pytest.mark.parametrize("compress", ["", "zlib-stream"])
async def test_the_gateway_speaks_plainly_and_compressed(discord: LoopbackDiscord, compress: str):
    guild = discord.add_guild("Kino")
    inflate = zlib.decompressobj()
    seen: list[Json] = []
    async with gateway(discord, compress) as socket:
        await identify(socket, discord.world.token)
        while len(seen) < 3:
            data = (await socket.receive(timeout=5)).data
            seen.append(json.loads(inflate.decompress(data) if compress else data))
    assert [payload["t"] for payload in seen] == [None, "READY", "GUILD_CREATE"]
    assert [payload["s"] for payload in seen] == [None, 1, 2]
    assert seen[1]["d"]["guilds"] == [{"id": str(guild.id), "unavailable": True}]
    assert seen[2]["d"]["name"] == "Kino"


async def test_the_gateway_refuses_a_wrong_token(discord: LoopbackDiscord):
    async with gateway(discord) as socket:
        await socket.receive_json()
        await identify(socket, "wrong")
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
    assert socket.close_code == 4004
    assert discord.gateway.identifies == 1


async def test_a_session_can_be_resumed_and_an_unknown_one_cannot(discord: LoopbackDiscord):
    token = discord.world.token
    async with gateway(discord) as socket:
        await identify(socket, token)
        await discord.wait_ready()
        await socket.close(code=4000)
    (session,) = discord.gateway.sessions
    answers: list[Json] = []
    for name in (session, "unknown"):
        async with gateway(discord) as socket:
            await socket.receive_json()
            await socket.send_json({"op": 1, "d": None})
            assert (await socket.receive_json())["op"] == 11
            resume = {"token": token, "session_id": name, "seq": 1}
            await socket.send_json({"op": 6, "d": resume})
            answers.append(await socket.receive_json())
    assert (answers[0]["t"], answers[0]["s"], answers[1]["op"]) == ("RESUMED", 2, 9)


async def test_ids_rise_and_carry_the_time(discord: LoopbackDiscord):
    ids = [discord.world.new_id() for _ in range(1000)]
    assert ids == sorted(set(ids))
    assert abs((ids[-1] >> 22) + 1_420_070_400_000 - time.time() * 1000) < 5000


async def test_a_command_is_used_as_it_was_synced(discord: LoopbackDiscord):
    channel = discord.add_channel(discord.add_guild())
    ada = discord.add_user("ada")
    title = {"name": "title", "type": 3, "required": True}
    show = {"name": "show", "type": 1, "options": [title]}
    discord.world.set_commands(None, [{"name": "film", "type": 1, "options": [show]}])
    for name in ("book", "film", "film hide", "film show"):
        with pytest.raises(LoopbackError):
            await discord.command(ada, channel, name)
    with pytest.raises(LoopbackError, match="type 3"):
        await discord.command(ada, channel, "film show", title=7)
    with pytest.raises(LoopbackError, match="nobody is connected"):
        await discord.command(ada, channel, "film show", title="Alien")
