"""Tests of batch grading."""
