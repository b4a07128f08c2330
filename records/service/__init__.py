"""What a page asks for, one file each. Everything comes in and everything found goes out: no request, no settings, no
session. What several of them need of a list, of an entry or of an answer stands in a room below."""
