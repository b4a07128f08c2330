"""Who looked: an audit trail apart from the log, only ever added to, in which nobody has a name and nothing of a record
stands. `smart_auth` and the pages of a record write it; commands and one page read it. It knows none of them.
"""
