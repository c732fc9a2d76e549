"""Trivia: its rules, its rounds as members play them, and what interrupts them."""
