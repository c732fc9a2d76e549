"""The texts of ``/help``, and which screen a command belongs on."""

from __future__ import annotations

from typing import Final

from .models import HelpTopic

HEADINGS: Final = {
    HelpTopic.FACTS: "Asking for facts",
    HelpTopic.PLAY: "Playing trivia",
    HelpTopic.DAILY: "The daily question",
    HelpTopic.BOARDS: "Boards, figures and reports",
    HelpTopic.REVIEWS: "Looking up reviews",
    HelpTopic.OWNER: "For moderators and owners",
}
TEXTS: Final = {
    HelpTopic.FACTS: (
        "`/film show` is a film's card, `/film fact` one fact, and its button **Another** the "
        "next, without repeating one until you have seen all. `/film search` finds the facts that "
        "answer a plain question.\n"
        "Every fact names its source. What gives the story away is behind spoiler marks; facts "
        "with heavy content notes are shown in age-restricted channels only."
    ),
    HelpTopic.PLAY: (
        "`/trivia start` begins a round in this channel; with `thread` in a thread of its own. "
        "For `film` choose one, or **All films**: then each question names its own. "
        "Press a button to lock in an answer: only you see it, and you may change it until the "
        "question closes, though not in a race.\n"
        "**Modes**: `classic`, everybody answers; `race`, the first right answer wins, with one "
        "try each; `survival`, a wrong or missing answer is out, unless nobody is right. `typed` "
        "asks for the answer in your own words and forgives small slips; `relaxed` doubles the "
        "time and counts no speed. With `teams` you join one by button, and your points are the "
        "team's too.\n"
        "**Hint** leaves two options for half the points, and only you see it. **Skip** is a "
        "vote; whoever started the round, and moderators, decide alone. `/trivia stop` ends a "
        "round; points stay.\n"
        "100 points for a right answer, more for speed and for answers in a row. A wrong one "
        "costs nothing, except in survival."
    ),
    HelpTopic.DAILY: (
        "Once a day I ask one question, and the day after I tell the answer. Press a button: "
        "your first answer counts, and only you see it. Answering day after day makes a streak, "
        "right or wrong; `/trivia stats` shows yours. One missed day a week is forgiven, and a day "
        "without a question is not missed. The points of rounds are not touched.\n"
        "A moderator chooses channel, hour and time zone with `/trivia daily set`."
    ),
    HelpTopic.BOARDS: (
        "Rounds of two or more count on the server's board, rounds played alone on the solo "
        "board. A season is a quarter of the year.\n"
        "`/trivia stats` shows a member's figures. The **rating** there begins at 1,500; a right "
        "answer raises it, the more the harder the question is, and a wrong one lowers it.\n"
        "Is a question wrong? **Report a mistake** is under every answer that I tell, the daily "
        "question's too; the moderators see it and can put the points right."
    ),
    HelpTopic.REVIEWS: (
        "`/review scores` has the aggregate scores, with how many reviews they are made of; "
        "`/review critic` one critic's verdict, with outlet and year; `/review search` finds "
        "words in what the critics said. All of it is cited."
    ),
    HelpTopic.OWNER: (
        "Whoever hosts me finds how to install me, add films and renew me while I run in the file "
        "`README.md` beside my code; film packs are explained in `seeds/README.md`. "
        "`/about` tells my version and what I store."
    ),
}

# Commands by the beginning of their names, the longest first; others are on the overview.
_TOPICS: Final = (
    ("trivia daily", HelpTopic.DAILY),
    ("trivia start", HelpTopic.PLAY),
    ("trivia stop", HelpTopic.PLAY),
    ("trivia skip", HelpTopic.PLAY),
    ("trivia", HelpTopic.BOARDS),
    ("admin", HelpTopic.OWNER),
    ("film", HelpTopic.FACTS),
    ("review", HelpTopic.REVIEWS),
)
# Of those, what moderators may do, or do alone: on the screen for them, too.
_FOR_MODERATORS: Final = (
    "trivia stop",
    "trivia skip",
    "trivia reports",
    "trivia regrades",
    "trivia daily",
)


def is_on(topic: HelpTopic | None, command: str) -> bool:
    """Whether a screen lists a command; ``None`` is the overview."""
    if topic is HelpTopic.OWNER and _begins(command, *_FOR_MODERATORS):
        return True
    return topic_of(command) is topic


def topic_of(command: str) -> HelpTopic | None:
    """The screen that a command belongs on; ``None`` is the overview."""
    for beginning, topic in _TOPICS:
        if _begins(command, beginning):
            return topic
    return None


def _begins(command: str, *beginnings: str) -> bool:
    return any(f"{command} ".startswith(f"{beginning} ") for beginning in beginnings)
