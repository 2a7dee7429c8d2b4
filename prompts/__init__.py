"""What the assistant says: rituals, lines and contacts, as YAML per language."""
