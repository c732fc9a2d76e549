-- A daily question closes when it said so, whatever hour its server has by then.
-- In ms since 1970; a question from before this is told a day after it was posted or first answered.

ALTER TABLE daily_question ADD COLUMN closes_at INTEGER NOT NULL DEFAULT 0;
UPDATE daily_question
SET closes_at = (coalesce(
        message_id, (SELECT min(interaction_id) FROM daily_answer WHERE daily_id = id), 0
    ) >> 22) + 1420070400000 + 86400000
WHERE state <> 'closed';
