-- A verdict is on a question, wherever the server was asked it: who, when and why is noted once,
-- and what it did to each round beside it.

CREATE TABLE verdict (
    id           INTEGER PRIMARY KEY,
    guild_id     INTEGER NOT NULL,
    channel_id   INTEGER NOT NULL,     -- which is told
    question     TEXT NOT NULL,        -- JSON, as it was asked where it was reported
    round_id     INTEGER,              -- where that was
    step         INTEGER,
    moderator_id INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    slots        TEXT NOT NULL,        -- JSON: the slots that count as right there; [] voids
    wordings     TEXT NOT NULL,        -- JSON: what counts as right there if it was typed
    made_at      INTEGER NOT NULL,
    undone_by    INTEGER,
    undone_at    INTEGER,
    FOREIGN KEY (round_id, step) REFERENCES asked (round_id, step) ON DELETE CASCADE
) STRICT;
-- Until now each was on one round. They keep their numbers, which buttons hold.
INSERT INTO verdict
SELECT regrade.id, regrade.guild_id, channel_id, question, regrade.round_id, regrade.step,
       moderator_id, reason, slots, wordings, made_at, undone_by, undone_at
FROM regrade
JOIN round ON round.id = regrade.round_id
JOIN asked ON asked.round_id = regrade.round_id AND asked.step = regrade.step;
CREATE INDEX verdict_by_guild ON verdict (guild_id);
-- Those in force that void a question, which every draw asks for.
DROP INDEX voiding_regrade;
CREATE INDEX voiding_verdict ON verdict (guild_id) WHERE slots = '[]' AND undone_at IS NULL;

-- What a verdict does to one round: its ruling there, and all that it takes to undo it.
ALTER TABLE regrade ADD COLUMN verdict_id INTEGER REFERENCES verdict (id) ON DELETE CASCADE;
UPDATE regrade SET verdict_id = id;
CREATE INDEX regrade_by_verdict ON regrade (verdict_id);
ALTER TABLE regrade DROP COLUMN guild_id;
ALTER TABLE regrade DROP COLUMN moderator_id;
ALTER TABLE regrade DROP COLUMN reason;
ALTER TABLE regrade DROP COLUMN made_at;
ALTER TABLE regrade DROP COLUMN undone_by;
ALTER TABLE regrade DROP COLUMN undone_at;

CREATE TABLE verdict_notice (
    verdict_id INTEGER NOT NULL REFERENCES verdict (id) ON DELETE CASCADE,
    undone     INTEGER NOT NULL CHECK (undone IN (0, 1)),  -- 0 of the verdict, 1 of its undoing
    made_at    INTEGER NOT NULL,
    gains      TEXT NOT NULL,         -- JSON: [player, points gained or lost, points then]
    teams      TEXT NOT NULL,         -- JSON: points by team; none for a round without teams
    elsewhere  TEXT NOT NULL DEFAULT '[]',  -- JSON: players whose points changed in other rounds
    message_id INTEGER,               -- NULL until it is told, 0 when it cannot be
    PRIMARY KEY (verdict_id, undone)
) STRICT, WITHOUT ROWID;
INSERT INTO verdict_notice (verdict_id, undone, made_at, gains, teams, message_id)
SELECT regrade_id, undone, made_at, gains, teams, message_id FROM regrade_notice;
DROP TABLE regrade_notice;
CREATE INDEX untold_verdict ON verdict_notice (made_at) WHERE message_id IS NULL;
