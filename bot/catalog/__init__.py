"""What the bot knows: film packs, and the read-only database built from them."""
