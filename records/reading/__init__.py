"""From what came to rows: whose an entry is, whether it counts, where it stands, and its row, read in full. It asks the
server for nothing but names that a row needs, and words nothing itself."""
