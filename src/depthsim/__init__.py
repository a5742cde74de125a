"""Simulate the handling depth of Chinese government services."""
