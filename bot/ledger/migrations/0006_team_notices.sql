-- Where the teams of a round stand since a verdict, as its channel is told.

-- JSON: points by team, in the teams' order; none for a round without teams, or told before.
ALTER TABLE regrade_notice ADD COLUMN teams TEXT NOT NULL DEFAULT '[]';
