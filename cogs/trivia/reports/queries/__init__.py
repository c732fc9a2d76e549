"""All that the reports read and write."""
