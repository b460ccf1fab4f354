"""Tests of the house: one folder a room, each test a sentence."""
