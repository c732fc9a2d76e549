"""The last message of a round: its board, and what was remarkable."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import discord

from bot.errors import LedgerError, UserError
from bot.ui.reply import answering

from .. import render as rounds_render
from ..display_names import of_members
from ..pictures import ROWS
from ..pictures.files import Studio
from ..poster import Poster
from ..queries import kept
from ..replay import Restored
from ..round import End, Round
from ..teams.render import with_teams
from ..teams.rules import Members
from . import render
from .feats import Recap, recap
from .views import ThemeButton

if TYPE_CHECKING:
    from bot.client import Marquee

    from ..models import RoundRecord

log = logging.getLogger(__name__)

# So many rounds' names are remembered, for their pictures in other colours.
_REMEMBERED = 64


class FinalBoards:
    """Tells the final boards of rounds, and shows their pictures in other colours."""

    def __init__(self, bot: Marquee, studio: Studio) -> None:
        self._bot = bot
        self._studio = studio
        self._names: OrderedDict[int, Mapping[int, str]] = OrderedDict()

    async def post(
        self,
        poster: Poster,
        record: RoundRecord,
        played: Round,
        end: End,
        members: Members,
        names: Mapping[int, str],
        *,
        look_since: int | None = None,
    ) -> int:
        """Post the board of a round that is over; the message's id.

        What is remarkable is read from the ledger, so it is the same after a crash. The board is
        shown whatever becomes of that, and of the picture.

        :param names: of players, as far as they are known; for the picture, and never stored.
        :param look_since: see :meth:`.Poster.say`.
        """
        nonce = f"{record.id}-{len(played.questions)}-b"
        restored = await self._restored(record.id)
        dropped = restored is not None and restored.has_dropped
        board = rounds_render.final(end, played, record, members, dropped=dropped)
        # By its words, as it may have had a picture then or not, whatever it would have now.
        if (earlier := await poster.find(board, look_since)) is not None:
            return earlier
        if restored is None:
            return await poster.say(board, nonce)
        feats = recap(restored.outcomes, restored.steps)
        told = render.with_recap(board, feats)
        known = await self._named(restored, feats, names)
        picture = await self._studio.recap(played.standings(), feats, known)
        if picture is not None:
            try:
                return await poster.say(render.with_picture(told, picture, record.id), nonce)
            except discord.HTTPException as error:
                # Files may be forbidden where messages are not. One nonce: never are both posted.
                log.info("Round %d cannot show its picture: %s", record.id, error)
        return await poster.say(told, nonce)

    async def recolour(
        self, interaction: discord.Interaction[Marquee], button: ThemeButton
    ) -> None:
        """Show who asks a round's picture in other colours."""
        async with answering(interaction, private=True) as answer:
            restored = await self._restored(button.round_id)
            if restored is None or restored.record.guild != interaction.guild_id:
                raise UserError(render.NO_PICTURE)
            feats = recap(restored.outcomes, restored.steps)
            names = self._names.get(button.round_id) or await self._named(restored, feats, {})
            standings = restored.round.standings()
            picture = await self._studio.recap(standings, feats, names, button.theme)
            if picture is None:
                raise UserError(render.NOT_NOW)
            await answer.send(render.recoloured(picture))

    async def _named(
        self, restored: Restored, feats: Recap, names: Mapping[int, str]
    ) -> Mapping[int, str]:
        """Players' names with their teams, for now and later; Discord is asked for what lacks."""
        record = restored.record
        shown = [line.user for line in restored.round.standings()[:ROWS]]
        shown += [feat.user for feat in (feats.fastest, feats.streak) if feat is not None]
        lacking = [user for user in dict.fromkeys(shown) if user not in names]
        asked = await of_members(self._bot.get_guild(record.guild), lacking)
        known = with_teams({**names, **asked}, restored.members)
        self._names[record.id] = known
        if len(self._names) > _REMEMBERED:
            self._names.popitem(last=False)
        return known

    async def _restored(self, round_id: int) -> Restored | None:
        try:
            return await kept.restored(self._bot.ledger, round_id)
        except (LedgerError, kept.Unreadable):
            log.warning("Round %d has no recap", round_id, exc_info=True)
            return None
