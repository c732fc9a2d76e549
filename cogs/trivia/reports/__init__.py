"""Reports of questions, and what moderators make of them."""
