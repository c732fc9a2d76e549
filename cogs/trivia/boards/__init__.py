"""Boards and figures: what rounds have come to."""
