"""Hearth: the application that joins ears, mouth, words and memory."""

__version__ = "0.1.0"
