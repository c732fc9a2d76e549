-- Rounds of trivia, step by step, and what the bot last told Discord about its commands.
--
-- Ids of Discord are 64-bit snowflakes kept as integers. Times are milliseconds since 1970, UTC,
-- taken from Discord's own snowflakes wherever there is one.

CREATE TABLE round (
    id         INTEGER PRIMARY KEY,
    guild_id   INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    starter_id INTEGER NOT NULL,
    film_id    TEXT NOT NULL,         -- of the catalog
    topic      TEXT,                  -- vocabulary.Topic, or NULL for all
    seconds    INTEGER NOT NULL,      -- to answer, before the allowance for long text
    state      TEXT NOT NULL DEFAULT 'live'
               CHECK (state IN ('live', 'done', 'stopped', 'idle', 'lost')),
    players    INTEGER NOT NULL DEFAULT 0,  -- how many have answered a scored question
    started_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
-- One round a channel: the only guard that holds whoever else is writing.
CREATE UNIQUE INDEX one_live_round ON round (channel_id) WHERE state = 'live';
CREATE INDEX round_by_guild ON round (guild_id, players);

-- The questions of a round, all drawn when it starts; kept whole, so that a rebuilt catalog
-- changes nothing for a round under way.
CREATE TABLE asked (
    round_id    INTEGER NOT NULL REFERENCES round (id) ON DELETE CASCADE,
    step        INTEGER NOT NULL,     -- 0, 1, 2, …
    question_id TEXT NOT NULL,        -- of the catalog
    question    TEXT NOT NULL,        -- JSON: text, options in the order shown, right slot, fact
    topic       TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'planned'
                CHECK (state IN ('planned', 'open', 'closed', 'void')),
    message_id  INTEGER,              -- NULL until Discord has told it
    opened_at   INTEGER,
    deadline    INTEGER,              -- the last moment at which a click counts
    PRIMARY KEY (round_id, step)
) STRICT, WITHOUT ROWID;

-- What each player has locked in; changed in place until the question closes.
CREATE TABLE answer (
    round_id       INTEGER NOT NULL,
    step           INTEGER NOT NULL,
    user_id        INTEGER NOT NULL,
    slot           INTEGER NOT NULL,  -- 0 to 3
    interaction_id INTEGER NOT NULL,  -- the click; its snowflake is the time of the answer
    PRIMARY KEY (round_id, step, user_id),
    FOREIGN KEY (round_id, step) REFERENCES asked (round_id, step) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What each answer earned, written with the closing of its question in one transaction.
CREATE TABLE award (
    round_id INTEGER NOT NULL,
    step     INTEGER NOT NULL,
    user_id  INTEGER NOT NULL,
    correct  INTEGER NOT NULL CHECK (correct IN (0, 1)),
    points   INTEGER NOT NULL,
    streak   INTEGER NOT NULL,        -- right answers in a row, with this one
    PRIMARY KEY (round_id, step, user_id),
    FOREIGN KEY (round_id, step, user_id)
        REFERENCES answer (round_id, step, user_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX award_by_user ON award (user_id);

-- When a server last saw a question, for "least recently seen first".
CREATE TABLE seen (
    guild_id    INTEGER NOT NULL,
    question_id TEXT NOT NULL,
    seen_at     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, question_id)
) STRICT, WITHOUT ROWID;

-- The fingerprint of the commands that Discord has, for each scope ('global' or a guild's id).
CREATE TABLE command_sync (
    application_id INTEGER NOT NULL,
    scope          TEXT NOT NULL,
    fingerprint    TEXT NOT NULL,
    synced_at      INTEGER NOT NULL,
    PRIMARY KEY (application_id, scope)
) STRICT, WITHOUT ROWID;
