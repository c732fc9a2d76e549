"""The demo: the same bot in a simulated Discord, in the browser. Needs the ``demo`` extra."""

from .session import run_demo

__all__ = ["run_demo"]
