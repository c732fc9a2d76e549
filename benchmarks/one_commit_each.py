"""The bot as it is, but for a ledger that commits every write by itself: a floor."""

import sys

from bot.__main__ import main
from bot.ledger import writer

if __name__ == "__main__":
    writer.MAX_GROUP = 1
    sys.exit(main())
