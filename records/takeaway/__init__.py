"""A record as a file to take along: rows and the entries as sent become text, a web page, tables, data.

One file for each form; each is given a `Taken`, finished for reading, and gives bytes piece by piece. Nothing here asks
the server, knows a sign-in, or decides what goes in.
"""
