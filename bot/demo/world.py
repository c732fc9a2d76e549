"""The simulated server that the demo opens, and that the tests play in."""

from __future__ import annotations

from dataclasses import dataclass

import discord
import simcord
from simcord.actors import MemberActor
from simcord.backend import serializers
from simcord.builders import ChannelHandle, GuildHandle

FILM_NIGHT = "film-night"
AFTER_DARK = "after-dark"


@dataclass(frozen=True, slots=True)
class World:
    """A server with two channels and four members; ``ada`` administers it and the bot."""

    guild: GuildHandle
    film_night: ChannelHandle
    after_dark: ChannelHandle
    ada: MemberActor
    bruno: MemberActor
    chiyo: MemberActor
    dana: MemberActor

    @property
    def members(self) -> tuple[MemberActor, ...]:
        return (self.ada, self.bruno, self.chiyo, self.dana)

    def channel(self, name: str) -> ChannelHandle:
        """A channel by its name. :raises KeyError: when there is none."""
        return {FILM_NIGHT: self.film_night, AFTER_DARK: self.after_dark}[name]


def build_world(env: simcord.Env) -> World:
    """Make the server; its ids are the same each time, so that scores in the ledger stay whose."""
    guild = env.create_guild("The Back Row")
    admins = guild.create_role("Projectionist", permissions=discord.Permissions(administrator=True))
    moderators = guild.create_role("Usher", permissions=discord.Permissions(manage_messages=True))
    film_night = guild.create_text_channel(FILM_NIGHT, topic="Facts, rounds and reviews")
    after_dark = guild.create_text_channel(AFTER_DARK, topic="Age-restricted")
    restrict_age(env, after_dark)
    ada, bruno, chiyo, dana = (
        env.create_user(name, global_name=name.capitalize())
        for name in ("ada", "bruno", "chiyo", "dana")
    )
    return World(
        guild=guild,
        film_night=film_night,
        after_dark=after_dark,
        ada=guild.add_member(ada, roles=[admins]),
        bruno=guild.add_member(bruno, roles=[moderators]),
        chiyo=guild.add_member(chiyo),
        dana=guild.add_member(dana),
    )


def restrict_age(env: simcord.Env, channel: ChannelHandle) -> None:
    """Let the bot see ``channel`` as age-restricted, which SimCord's channels cannot be."""
    stored = env.backend.get_channel(channel.id)
    payload = serializers.channel_payload(env.backend, stored)
    env.backend.emit("CHANNEL_UPDATE", {**payload, "nsfw": True})
