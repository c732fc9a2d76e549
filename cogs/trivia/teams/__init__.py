"""Rounds in teams."""
