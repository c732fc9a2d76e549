"""What was remarkable in a round."""
