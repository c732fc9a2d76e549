"""What the servers did: rounds, answers, points. Migrated and kept, never rebuilt."""

from .ledger import Ledger

__all__ = ["Ledger"]
