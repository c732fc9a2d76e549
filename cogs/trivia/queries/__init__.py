"""All of trivia's SQL: what it reads from the catalog, and what it keeps in the ledger."""
