"""What two people said to each other, kept on TinyDB."""
