"""What is said when a round is to be started."""
