"""Tests of torchgrade."""
