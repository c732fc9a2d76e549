"""The faults of the loopback Discord, and a discord.py bot that gets over them."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.loopback import (
    BotProcess,
    Buckets,
    Call,
    Channel,
    Faults,
    InteractionRecord,
    Json,
    LoopbackDiscord,
    LoopbackError,
    Reply,
    User,
)
from tests.loopback.faults import in_play
from tests.loopback.gateway import KEPT_EVENTS
from tests.loopback.wire import api, gateway, identify

POSTING_BOT = "tests.loopback.posting_bot"
MESSAGES = "/channels/{channel}/messages"


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as server:
        yield server


@pytest.fixture
def channel(discord: LoopbackDiscord) -> Channel:
    return discord.add_channel(discord.add_guild())


@pytest.fixture
def ada(discord: LoopbackDiscord) -> User:
    return discord.add_user("ada")


@pytest.fixture
async def bot(discord: LoopbackDiscord, channel: Channel) -> AsyncIterator[BotProcess]:
    async with BotProcess(discord.environment, target=POSTING_BOT) as process:
        await discord.wait_ready()
        yield process


async def posted(record: InteractionRecord) -> None:
    """Wait for the bot to say that it is done with /post, which it has deferred."""
    assert (await record.message())["content"] == "posted"


def posting(call: Call) -> bool:
    """Whether a request posts a message."""
    return (call.method, call.route) == ("POST", MESSAGES)


# ---------------------------------------------------------------- gateway


async def test_a_dropped_bot_resumes_and_hears_what_was_sent_meanwhile(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
):
    await discord.gateway.drop()
    missed = [await discord.command(ada, channel, "ping") for _ in range(3)]
    assert discord.gateway.resumes == 0
    for record in missed:
        assert (await record.response())["data"]["content"] == "pong"
    await discord.wait_until(lambda: discord.gateway.resumes == 1)
    await (await discord.command(ada, channel, "ping")).response()
    assert len(discord.messages(channel)) == 4
    assert (discord.gateway.identifies, discord.gateway.readies) == (1, 1)


async def test_a_bot_whose_session_is_lost_identifies_and_hears_nothing_of_before(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
):
    discord.gateway.lose_sessions()
    lost = await discord.command(ada, channel, "ping")
    await discord.wait_ready()
    await (await discord.command(ada, channel, "ping")).response()
    assert lost.callback is None
    assert (discord.gateway.identifies, discord.gateway.resumes) == (2, 0)


async def resume(discord: LoopbackDiscord, session: str, seq: int) -> list[Json]:
    """The answers to a RESUME, up to the one that ends it; the connection is then cut."""
    answers: list[Json] = []
    async with gateway(discord) as socket:
        await socket.receive_json()
        data = {"token": discord.world.token, "session_id": session, "seq": seq}
        await socket.send_json({"op": 6, "d": data})
        while not answers or (answers[-1]["op"] == 0 and answers[-1]["t"] != "RESUMED"):
            answers.append(await socket.receive_json(timeout=5))
        await discord.gateway.drop()
    return answers


async def test_a_resume_replays_what_came_after_its_number(discord: LoopbackDiscord):
    guild = discord.add_guild()
    async with gateway(discord) as socket:
        await identify(socket, discord.world.token)
        await discord.wait_ready()
        await discord.dispatch("HEARD", {}, guild=guild)  # READY and GUILD_CREATE are 1 and 2
        await discord.gateway.drop()
    (session,) = discord.gateway.sessions
    await discord.dispatch("MISSED", {"n": 4}, guild=guild)
    for seq, resumed in ((2, 5), (3, 6)):  # an earlier RESUMED is not replayed
        replayed = await resume(discord, session, seq)
        names = ["HEARD", "MISSED", "RESUMED"][seq - 2 :]
        assert [payload["t"] for payload in replayed] == names
        assert [payload["s"] for payload in replayed] == [*range(seq + 1, 5), resumed]
    assert discord.gateway.resumes == 2
    (ahead,) = await resume(discord, session, 99)
    assert (ahead["op"], ahead["d"]) == (9, False)
    for _ in range(KEPT_EVENTS):
        await discord.dispatch("MISSED", {}, guild=guild)
    (refused,) = await resume(discord, session, 5)
    assert (refused["op"], refused["d"]) == (9, False)
    assert len(await resume(discord, session, 7)) == KEPT_EVENTS


async def test_a_session_ends_with_a_clean_close(discord: LoopbackDiscord):
    guild = discord.add_guild()
    async with gateway(discord) as socket:
        await identify(socket, discord.world.token)
        await discord.wait_ready()
    with pytest.raises(LoopbackError, match="nobody is connected"):
        await discord.dispatch("MISSED", {}, guild=guild)


# ---------------------------------------------------------------- interactions


async def test_presses_made_in_one_order_arrive_in_another(
    discord: LoopbackDiscord, channel: Channel, ada: User
):
    button = {"type": 2, "custom_id": "b"}
    message = discord.world.post(channel, {"content": "?", "components": [button]}, {})
    async with gateway(discord) as socket:
        await identify(socket, discord.world.token)
        await discord.wait_ready()
        with pytest.raises(LoopbackError, match="each of 3"):
            await discord.click_many([(ada, message, "b")] * 3, [0, 1, 1])
        records = await discord.click_many([(ada, message, "b")] * 3, [2, 0, 1])
        heard: list[int] = []
        while len(heard) < 3:
            payload = await socket.receive_json(timeout=5)
            if payload["t"] == "INTERACTION_CREATE":
                heard.append(int(payload["d"]["id"]))
    ids = [record.id for record in records]
    assert ids == sorted(ids)
    assert heard == [ids[2], ids[0], ids[1]]


async def test_a_modal_is_filled_in_and_sent_off(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
):
    await discord.command(ada, channel, "ask")
    panel = await discord.wait_for_message(channel, lambda message: bool(message["components"]))
    with pytest.raises(LoopbackError, match="no press of ada"):
        await discord.submit(ada, panel, "posting:question", {})
    press = await discord.click(ada, panel, "posting:ask")
    assert (await press.response())["type"] == 9
    fields = {"posting:name": "Alien", "posting:reason": "the cat"}
    sent = await discord.submit(ada, press, "posting:question", fields)
    assert (await sent.response())["data"]["content"] == "['Alien', 'the cat']"
    assert (sent.kind, sent.source) == (5, panel)

    for wrong in ({"posting:name": ""}, {"posting:name": "x" * 4001}, {"title": "Alien"}):
        with pytest.raises(LoopbackError):
            await discord.submit(ada, press, "posting:question", wrong)
    with pytest.raises(LoopbackError, match="ben has no modal"):
        await discord.submit(discord.add_user("ben"), press, "posting:question", fields)
    press = await discord.click(ada, panel, "posting:ask")
    await press.response()
    again = await discord.submit(ada, panel, "posting:question", {"posting:name": "Heat"})
    assert (await again.response())["data"]["content"] == "['Heat', '']"


# ---------------------------------------------------------------- REST


async def test_a_post_accepted_and_denied_is_there_once(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
):
    faults = Faults(1, bad_gateway_after=1, applies=lambda call: posting(call) and not denied)
    denied = faults.counts
    discord.hooks.append(faults)
    await posted(await discord.command(ada, channel, "post", times=1))
    assert faults.counts == {"bad_gateway_after": 1}
    assert [call.body["enforce_nonce"] for call in discord.calls("POST", MESSAGES)] == [True] * 2
    assert [message["content"] for message in discord.messages(channel)] == ["0"]


@pytest.mark.parametrize("route", [MESSAGES, "/interactions/{interaction}/{token}/callback"])
async def test_a_rate_limit_is_waited_out(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess, route: str
):
    def twice(call: Call) -> bool:
        return call.route == route and faults.counts["too_many"] < 2

    faults = Faults(1, too_many=1, retry_after=(0.2, 0.3), applies=twice)
    discord.hooks.append(faults)
    await posted(await discord.command(ada, channel, "post", times=1))
    first, second, third = (call.at for call in discord.calls("POST", route))
    assert min(second - first, third - second) > 0.19
    assert [message["content"] for message in discord.messages(channel)] == ["0"]


async def test_a_bot_keeps_within_the_buckets_it_is_told_of(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
):
    buckets = Buckets(seconds=0.5)
    discord.hooks.append(buckets)
    await posted(await discord.command(ada, channel, "post", times=12))
    assert buckets.exceeded == 0
    assert len(discord.calls("POST", MESSAGES)) == len(discord.messages(channel)) == 12


async def test_a_bucket_is_one_method_in_one_channel(discord: LoopbackDiscord, channel: Channel):
    other = discord.add_channel(discord.add_guild())
    buckets = Buckets(limit=2)
    discord.hooks.append(buckets)
    left: list[str] = []
    async with api(discord) as client:

        async def ask(method: str, path: str) -> int:
            async with client.request(method, f"channels/{path}", json={"content": "x"}) as answer:
                left.append(answer.headers["X-RateLimit-Remaining"])
                assert 0 < float(answer.headers["X-RateLimit-Reset-After"]) < 5.1
                assert float(answer.headers["X-RateLimit-Reset"]) > time.time()
                assert answer.headers["X-RateLimit-Limit"] == "2"
                assert len(answer.headers["X-RateLimit-Bucket"]) == 32
                if answer.status == 429:
                    body = await answer.json()
                    assert 4 < body["retry_after"] < 5.1
                    assert not body["global"]
                    assert answer.headers["Retry-After"] in ("5", "6")
                return answer.status

        path = f"{channel.id}/messages"
        assert [await ask("POST", path) for _ in range(3)] == [200, 200, 429]
        assert left == ["1", "0", "0"]
        assert await ask("POST", f"{other.id}/messages") == 200
        (first, _) = discord.messages(channel)
        assert await ask("PATCH", f"{path}/{first['id']}") == 200
        assert await ask("DELETE", f"{path}/0") == 404
        assert await ask("DELETE", f"{path}/{first['id']}") == 204
        assert await ask("DELETE", f"{path}/{first['id']}") == 429
    assert buckets.exceeded == 2
    assert len(discord.messages(channel)) == 1


def request(route: str) -> Call:
    return Call("POST", route, route, 0.0, {}, {})


async def work(_: Call) -> Reply:
    return Reply(204)


async def test_the_same_seed_does_the_same_wrong():
    done: list[Call] = []

    async def kept(call: Call) -> Reply:
        done.append(call)
        return await work(call)

    def faults(seed: int) -> Faults:
        slow = (0.0, 0.001)
        return Faults(seed, bad_gateway_after=0.2, server_error=0.2, too_many=0.2, slow=slow)

    async def outcome(hook: Faults) -> list[int]:
        return [(await hook(request(MESSAGES), kept)).status for _ in range(100)]

    first, second = faults(7), faults(7)
    statuses = await outcome(first)
    assert set(statuses) == {204, 429, 500, 502, 503}
    assert len(done) == statuses.count(204) + statuses.count(502)
    assert first.counts["server_error"] == statuses.count(500) + statuses.count(503)
    assert (first.counts["too_many"], first.counts["slow"]) == (statuses.count(429), 100)
    assert await outcome(second) == statuses
    assert await outcome(faults(8)) != statuses


async def test_the_start_of_a_bot_is_spared():
    faults = Faults(1, server_error=1)
    routes = ("/users/@me", "/gateway/bot", "/applications/{application}/commands")
    replies = await asyncio.gather(*(faults(request(route), work) for route in routes))
    assert [reply.status for reply in replies] == [204] * 3
    assert not faults.counts
    assert in_play(request(MESSAGES))
    with pytest.raises(ValueError, match="more than 1"):
        Faults(1, server_error=0.6, too_many=0.6)
