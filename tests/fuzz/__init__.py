"""Hostile files: seeded mutations of one small document per format. ``python -m tests.fuzz`` runs as many as wanted."""
