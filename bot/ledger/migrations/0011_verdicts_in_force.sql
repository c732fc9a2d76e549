-- Every draw heeds all the verdicts in force, not only those that void a question.

DROP INDEX voiding_verdict;
CREATE INDEX verdict_in_force ON verdict (guild_id) WHERE undone_at IS NULL;
