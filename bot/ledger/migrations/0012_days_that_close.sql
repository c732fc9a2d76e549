-- A daily question closes when it said so, whatever hour its server has by then.
-- In ms since 1970; a question from before this is told a day after it was posted or first answered.
-- If that is not known it may have been posted all the same, by a bot that was killed right then; it
-- was due a whole number of days after the one before it.

ALTER TABLE daily_question ADD COLUMN closes_at INTEGER NOT NULL DEFAULT 0;
UPDATE daily_question
SET closes_at = (coalesce(
        message_id,
        (SELECT min(interaction_id) FROM daily_answer WHERE daily_id = id),
        (SELECT earlier.message_id
                + ((strftime('%s', daily_question.day) - strftime('%s', earlier.day)) * 1000 << 22)
         FROM daily_question AS earlier
         WHERE earlier.guild_id = daily_question.guild_id AND earlier.day < daily_question.day
           AND earlier.message_id IS NOT NULL
         ORDER BY earlier.day DESC LIMIT 1),
        0
    ) >> 22) + 1420070400000 + 86400000
WHERE state <> 'closed';
