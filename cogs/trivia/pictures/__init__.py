"""Pictures of a round's recap and of a rating over time, and the same as text.

Each figure stands there as text too, so that nothing is told by colour or length alone.
"""
