"""Voice models that other people made: which there are, fetching them, and keeping them."""
