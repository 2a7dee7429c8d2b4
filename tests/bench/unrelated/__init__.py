"""Hours of sound that is not meant for Hearth: talk, television, music and kitchens, the same each time."""
