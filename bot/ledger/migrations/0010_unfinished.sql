-- What is not over yet is found without reading all that is, however much that becomes: every
-- wake of the daily questions asks for it, and every start of rounds.

CREATE INDEX unfinished_daily ON daily_question (guild_id, day)
    WHERE state <> 'closed' OR reveal_id IS NULL;
CREATE INDEX unfinished_round ON round (id) WHERE board_id IS NULL;
