"""Rounds over all films."""
