"""The recipe of the embedded voice model; not part of the installed package."""
