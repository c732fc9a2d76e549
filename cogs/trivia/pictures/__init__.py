"""Pictures of a round's recap and of a rating over time, and the same as text.

Each figure stands there as text too, so that nothing is told by colour or length alone.
"""

# The players in a recap's picture. Here, as its code is not loaded before one is drawn.
ROWS = 10
