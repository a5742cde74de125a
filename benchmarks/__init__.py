"""Benchmarks: how fast simulations run, beside other tools in the same run, and what a city needs.

`python -m benchmarks` measures everything and writes the page and its pictures; names of benchmarks choose some,
`--toy` makes them tiny and writes nothing.
"""
