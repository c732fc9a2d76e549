-- Verdicts on typed answers, what they do to ratings, and telling of them for certain.

-- JSON: typed wordings that count as right since the verdict, as players wrote them.
ALTER TABLE regrade ADD COLUMN wordings TEXT NOT NULL DEFAULT '[]';

-- What a channel is told of a verdict and of its undoing; there is none for verdicts of before.
CREATE TABLE regrade_notice (
    regrade_id INTEGER NOT NULL REFERENCES regrade (id) ON DELETE CASCADE,
    undone     INTEGER NOT NULL CHECK (undone IN (0, 1)),  -- 0 of the verdict, 1 of its undoing
    made_at    INTEGER NOT NULL,
    gains      TEXT NOT NULL,         -- JSON: [player, points gained or lost, points then]
    message_id INTEGER,               -- NULL until it is told, 0 when it cannot be
    PRIMARY KEY (regrade_id, undone)
) STRICT, WITHOUT ROWID;
CREATE INDEX untold_notice ON regrade_notice (made_at) WHERE message_id IS NULL;

-- How far an award moved the player's rating and the question's, so that it can be taken back;
-- NULL for awards of before.
ALTER TABLE award ADD COLUMN moved REAL;
ALTER TABLE award ADD COLUMN question_moved REAL;
-- Whole numbers of rating.GRAIN, 2^-20, whose sums are exact.
UPDATE player_rating SET value = round(value * 1048576) / 1048576;
UPDATE question_rating SET value = round(value * 1048576) / 1048576;
