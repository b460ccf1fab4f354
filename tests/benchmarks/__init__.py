"""Figures that anybody can run: `make bench`, or `.venv/bin/python -m tests.benchmarks [NAMES]`.

Every figure stands beside a peer's of the same run on the same machine; ratios travel between machines, seconds do not.
Nothing here passes or fails. What a machine lacks (wrk, PostgreSQL, the sources) is skipped with one line.
"""
