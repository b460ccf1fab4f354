"""Tests of the storage room, on both engines."""
