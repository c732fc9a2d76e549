"""``python -m benchmarks``: all of them, each printing the figures that it was asked to reach."""

from __future__ import annotations

import asyncio

from . import growth, interactions, ratings, throughput

if __name__ == "__main__":
    asyncio.run(interactions.main())
    asyncio.run(growth.main())
    asyncio.run(throughput.main())
    ratings.main()
