-- The catalog: what the bot knows. A build artefact, made by build.py from seeds/ and opened
-- read-only by the bot. There are no migrations: a change here changes the fingerprint, and the
-- whole file is built anew.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE film (
    id        TEXT PRIMARY KEY,     -- the pack's slug, stable over rebuilds
    title     TEXT NOT NULL,
    year      INTEGER NOT NULL,
    summary   TEXT NOT NULL,        -- free of spoilers
    genres    TEXT NOT NULL,        -- JSON array of text
    countries TEXT NOT NULL,        -- JSON array of text
    notes     INTEGER NOT NULL,     -- bit mask of vocabulary.Note, of the film as a whole
    facts     INTEGER NOT NULL,     -- how many it has
    questions INTEGER NOT NULL,
    sources   TEXT NOT NULL         -- JSON array of what its card is from, each [source, sections …]
) STRICT, WITHOUT ROWID;
CREATE INDEX film_by_title ON film (title, year);

-- Every way to name a film: id, titles, aliases; folded as names.fold() does.
CREATE TABLE film_name (
    folded  TEXT NOT NULL,
    film_id TEXT NOT NULL REFERENCES film (id),
    PRIMARY KEY (folded, film_id)
) STRICT, WITHOUT ROWID;

-- The text in the indexes is as names.index_text() gives it. rowid is that of film_label; for autocomplete by the beginning of any word.
CREATE TABLE film_label (
    rowid   INTEGER PRIMARY KEY,
    film_id TEXT NOT NULL REFERENCES film (id),
    title   TEXT NOT NULL,
    year    INTEGER NOT NULL
) STRICT;
CREATE VIRTUAL TABLE film_index USING fts5 (
    names,
    content = '', prefix = '1 2 3', columnsize = 0,
    tokenize = "unicode61 remove_diacritics 2"
);

CREATE TABLE person (
    film_id   TEXT NOT NULL REFERENCES film (id),
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,
    aliases   TEXT NOT NULL,        -- JSON array of text
    roles     TEXT NOT NULL,        -- JSON array of pack.Role
    character TEXT,
    position  INTEGER NOT NULL,     -- the order in the pack
    PRIMARY KEY (film_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE company (
    film_id   TEXT NOT NULL REFERENCES film (id),
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,
    aliases   TEXT NOT NULL,        -- JSON array of text
    trade     TEXT NOT NULL,        -- pack.Trade
    territory TEXT,
    position  INTEGER NOT NULL,
    PRIMARY KEY (film_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE release (
    film_id   TEXT NOT NULL REFERENCES film (id),
    id        TEXT NOT NULL,
    medium    TEXT NOT NULL,        -- pack.Medium
    label     TEXT,
    territory TEXT,
    date      TEXT,                 -- 1995-10-27, 1995-10 or 1995: as exact as the source
    company   TEXT,                 -- its name
    position  INTEGER NOT NULL,
    PRIMARY KEY (film_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE figure (
    film_id   TEXT NOT NULL REFERENCES film (id),
    id        TEXT NOT NULL,
    label     TEXT NOT NULL,
    value     REAL NOT NULL,
    unit      TEXT NOT NULL,
    qualifier TEXT,
    position  INTEGER NOT NULL,
    PRIMARY KEY (film_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE score (
    film_id       TEXT NOT NULL REFERENCES film (id),
    id            TEXT NOT NULL,
    aggregator    TEXT NOT NULL,
    value         REAL NOT NULL,
    scale         REAL NOT NULL,    -- the best possible value
    count         INTEGER,          -- how many reviews it is made of
    average       REAL,
    average_scale REAL,
    verdict       TEXT,
    source        TEXT NOT NULL,    -- the citation: title of the source,
    section       TEXT NOT NULL,    -- and its section
    position      INTEGER NOT NULL,
    PRIMARY KEY (film_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE review (
    rowid    INTEGER PRIMARY KEY,
    film_id  TEXT NOT NULL REFERENCES film (id),
    id       TEXT NOT NULL,
    critic   TEXT NOT NULL,
    folded   TEXT NOT NULL,         -- the critic, folded as names.fold() does
    outlet   TEXT NOT NULL,
    year     INTEGER,
    verdict  TEXT NOT NULL,         -- pack.Verdict
    gist     TEXT NOT NULL,
    quote    TEXT,
    source   TEXT NOT NULL,
    section  TEXT NOT NULL,
    UNIQUE (film_id, id)
) STRICT;
CREATE INDEX review_by_critic ON review (folded);
CREATE VIRTUAL TABLE review_index USING fts5 (
    gist, names,                    -- names: critic, outlet, year, film, verdict
    content = '', prefix = '2 3', tokenize = "porter unicode61 remove_diacritics 2"
);

CREATE TABLE award (
    film_id   TEXT NOT NULL REFERENCES film (id),
    id        TEXT NOT NULL,
    award     TEXT NOT NULL,
    category  TEXT NOT NULL,
    result    TEXT NOT NULL,        -- won or nominated
    recipient TEXT,                 -- a person's name
    position  INTEGER NOT NULL,
    PRIMARY KEY (film_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact (
    rowid   INTEGER PRIMARY KEY,
    film_id TEXT NOT NULL REFERENCES film (id),
    id      TEXT NOT NULL,          -- the pack's, or table.id for a row told by a template
    topic   TEXT NOT NULL,          -- vocabulary.Topic
    text    TEXT NOT NULL,
    spoiler INTEGER NOT NULL,       -- vocabulary.Spoiler
    notes   INTEGER NOT NULL,       -- bit mask of vocabulary.Note
    source  TEXT NOT NULL,
    section TEXT NOT NULL,
    UNIQUE (film_id, id)
) STRICT;
CREATE INDEX fact_by_topic ON fact (film_id, topic);
CREATE VIRTUAL TABLE fact_index USING fts5 (
    text, keywords,                 -- keywords: vocabulary.SAYS_WHO, topic, notes, names, the fact's own keywords, questions and answers
    content = '', prefix = '2 3', tokenize = "porter unicode61 remove_diacritics 2"
);

-- What can be asked; facts that give anything of the story away have no questions.
CREATE TABLE question (
    id      TEXT PRIMARY KEY,       -- hash of film, fact and quiz entry: stable over rebuilds
    film_id TEXT NOT NULL REFERENCES film (id),
    fact    INTEGER NOT NULL REFERENCES fact (rowid),
    topic   TEXT NOT NULL,          -- the fact's
    kind    TEXT NOT NULL,          -- vocabulary.Kind
    text    TEXT NOT NULL,
    answer  TEXT NOT NULL,
    accept  TEXT NOT NULL,          -- JSON array: other right answers
    options TEXT NOT NULL           -- JSON array: authored wrong options, may be empty
) STRICT, WITHOUT ROWID;
CREATE INDEX question_by_film ON question (film_id, topic);
CREATE INDEX question_by_kind ON question (kind);

-- The words of facts, gists and names, unstemmed, for "did you mean".
CREATE TABLE term (
    rowid INTEGER PRIMARY KEY,
    word  TEXT NOT NULL UNIQUE
) STRICT;
CREATE VIRTUAL TABLE term_index USING fts5 (
    word, content = 'term', content_rowid = 'rowid', tokenize = 'trigram', detail = 'none',
    columnsize = 0
);
