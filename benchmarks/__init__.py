"""Measurements that hold the portal to its promises of speed: `make bench`.

Everything is a ratio within one run: to the slowest request, to a bare parse of the same bytes, to another library on
the same server. So a slow machine moves both sides. Nothing here is a test: a limit that breaks ends
the run with an error, for a person to look at.
"""
