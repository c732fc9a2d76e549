-- Daily questions are reported and voided like those of rounds.

CREATE TABLE daily_report (
    id         INTEGER PRIMARY KEY,
    guild_id   INTEGER NOT NULL,
    daily_id   INTEGER NOT NULL REFERENCES daily_question (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'dismissed', 'upheld')),
    created_at INTEGER NOT NULL,
    UNIQUE (daily_id, user_id)
) STRICT;
CREATE INDEX daily_report_by_guild ON daily_report (guild_id, state);

-- The day that a verdict was passed on; its round is NULL then.
ALTER TABLE verdict ADD COLUMN daily_id INTEGER REFERENCES daily_question (id) ON DELETE CASCADE;
-- The verdict in force that voids a day: it counts for no streak and breaks none.
ALTER TABLE daily_question ADD COLUMN verdict_id INTEGER
    REFERENCES verdict (id) ON DELETE SET NULL;
CREATE INDEX voided_day ON daily_question (verdict_id) WHERE verdict_id IS NOT NULL;
CREATE INDEX daily_by_question ON daily_question (guild_id, question_id);
-- How many other days a verdict voids, or its undoing gives back.
ALTER TABLE verdict_notice ADD COLUMN days INTEGER NOT NULL DEFAULT 0;
