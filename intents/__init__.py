"""What people can say: sentence templates per language and the matcher over them."""
