-- Rounds in threads count on the board of the channel that the thread belongs to, and what was
-- voided is not asked again.

-- That channel; NULL for a round that is played in no thread, and for rounds of before.
ALTER TABLE round ADD COLUMN parent_id INTEGER;
CREATE INDEX round_by_parent ON round (parent_id, started_at) WHERE parent_id IS NOT NULL;

-- The verdicts in force that void a question, which every draw asks for.
CREATE INDEX voiding_regrade ON regrade (guild_id) WHERE slots = '[]' AND undone_at IS NULL;
