-- Rounds in teams.

-- Who plays for which team of a round.
CREATE TABLE team_member (
    round_id INTEGER NOT NULL REFERENCES round (id) ON DELETE CASCADE,
    user_id  INTEGER NOT NULL,
    team     INTEGER NOT NULL,        -- 0, 1, …: teams.NAMES
    PRIMARY KEY (round_id, user_id)
) STRICT, WITHOUT ROWID;
-- The message with which teams are joined; NULL until it is told.
ALTER TABLE round ADD COLUMN lobby_id INTEGER;
