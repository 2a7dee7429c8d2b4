"""Hearth as something that this machine starts by itself: systemd on Linux, launchd on macOS."""
