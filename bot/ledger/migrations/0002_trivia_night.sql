-- Rounds that go on where they were, and more ways to play them.

-- How a round is played: JSON of models.Rules. Rounds of before have the defaults.
ALTER TABLE round ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
-- The message with the final board; NULL until it is told, 0 when it cannot be.
ALTER TABLE round ADD COLUMN board_id INTEGER;
UPDATE round SET board_id = 0 WHERE state <> 'live';

-- How long a question is open, in ms: for speed. Its deadline may be put off after an outage.
ALTER TABLE asked ADD COLUMN allowed INTEGER;
UPDATE asked SET allowed = deadline - opened_at;
-- The message that told how a question ended; NULL until then.
ALTER TABLE asked ADD COLUMN result_id INTEGER;
UPDATE asked SET result_id = 0 WHERE state IN ('closed', 'void');
CREATE INDEX asked_by_question ON asked (question_id);

-- What was typed instead of a press; such an answer has slot 4 unless it was accepted.
ALTER TABLE answer ADD COLUMN typed TEXT;

-- Who asked for a question's hint, which halves what its answer earns.
CREATE TABLE hint (
    round_id INTEGER NOT NULL,
    step     INTEGER NOT NULL,
    user_id  INTEGER NOT NULL,
    PRIMARY KEY (round_id, step, user_id),
    FOREIGN KEY (round_id, step) REFERENCES asked (round_id, step) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Who wants a question skipped.
CREATE TABLE skip_vote (
    round_id INTEGER NOT NULL,
    step     INTEGER NOT NULL,
    user_id  INTEGER NOT NULL,
    PRIMARY KEY (round_id, step, user_id),
    FOREIGN KEY (round_id, step) REFERENCES asked (round_id, step) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- How hard questions are and how strong players, as learnt from every scored answer (rating.py).
CREATE TABLE question_rating (
    question_id TEXT PRIMARY KEY,
    value       REAL NOT NULL,
    answers     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE player_rating (
    guild_id INTEGER NOT NULL,
    user_id  INTEGER NOT NULL,
    value    REAL NOT NULL,
    answers  INTEGER NOT NULL,
    PRIMARY KEY (guild_id, user_id)
) STRICT, WITHOUT ROWID;
-- The player's rating after an award; NULL for awards of before.
ALTER TABLE award ADD COLUMN rating REAL;

-- What members say is wrong with a question, and what moderators made of it.
CREATE TABLE report (
    id         INTEGER PRIMARY KEY,
    guild_id   INTEGER NOT NULL,
    round_id   INTEGER NOT NULL,
    step       INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'dismissed', 'upheld')),
    created_at INTEGER NOT NULL,
    UNIQUE (round_id, step, user_id),
    FOREIGN KEY (round_id, step) REFERENCES asked (round_id, step) ON DELETE CASCADE
) STRICT;
CREATE INDEX report_by_guild ON report (guild_id, state);

-- Every change to scores after the fact: who, when, why, and the awards as they were before.
CREATE TABLE regrade (
    id           INTEGER PRIMARY KEY,
    guild_id     INTEGER NOT NULL,
    round_id     INTEGER NOT NULL,
    step         INTEGER NOT NULL,
    moderator_id INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    slots        TEXT NOT NULL,        -- JSON: the slots that count as right; [] voids the question
    before       TEXT NOT NULL,        -- JSON: state of the question and its awards
    made_at      INTEGER NOT NULL,
    undone_by    INTEGER,
    undone_at    INTEGER,
    FOREIGN KEY (round_id, step) REFERENCES asked (round_id, step) ON DELETE CASCADE
) STRICT;
CREATE INDEX regrade_by_question ON regrade (round_id, step);

-- Members who let their names stand on the board of all servers.
CREATE TABLE shown_member (
    user_id INTEGER PRIMARY KEY
) STRICT;

-- The daily question: where and when, what was asked on which day, and who answered.
CREATE TABLE daily (
    guild_id   INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    hour       INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
    zone       TEXT NOT NULL,          -- IANA name
    set_by     INTEGER NOT NULL
) STRICT;
CREATE TABLE daily_question (
    id          INTEGER PRIMARY KEY,
    guild_id    INTEGER NOT NULL,
    channel_id  INTEGER NOT NULL,
    day         TEXT NOT NULL,         -- 2026-11-22, of the zone
    question_id TEXT NOT NULL,
    question    TEXT NOT NULL,         -- JSON, as in asked
    state       TEXT NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'open', 'closed')),
    message_id  INTEGER,
    reveal_id   INTEGER,
    UNIQUE (guild_id, day)
) STRICT;
CREATE TABLE daily_answer (
    daily_id       INTEGER NOT NULL REFERENCES daily_question (id) ON DELETE CASCADE,
    user_id        INTEGER NOT NULL,
    slot           INTEGER NOT NULL,
    interaction_id INTEGER NOT NULL,
    PRIMARY KEY (daily_id, user_id)
) STRICT, WITHOUT ROWID;
