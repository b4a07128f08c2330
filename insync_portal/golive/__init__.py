"""The way to going live, for those who run a portal: what stands in the way of signing in, and what InSync's form asks.

Its words are for staff and stay English. It prints no secret, no token and nothing of a record.
"""
