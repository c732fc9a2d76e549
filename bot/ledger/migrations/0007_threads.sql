-- Rounds in threads count on the board of the channel that the thread belongs to.

-- That channel; NULL for a round that is played in no thread, and for rounds of before.
ALTER TABLE round ADD COLUMN parent_id INTEGER;
CREATE INDEX round_by_parent ON round (parent_id, started_at) WHERE parent_id IS NOT NULL;
