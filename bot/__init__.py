"""Marquee's core: settings, catalog, ledger and the client that loads the cogs."""

__version__ = "0.1.0"
