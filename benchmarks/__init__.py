"""Benchmarks: every figure is a ratio taken in one run, or a time set beside what the machine was doing."""
