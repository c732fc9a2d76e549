-- Boards of a channel, and of weeks, months and seasons.

CREATE INDEX round_by_channel ON round (channel_id, started_at);
CREATE INDEX round_by_time ON round (started_at);
