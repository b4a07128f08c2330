"""How a question is asked, what has come of it so far, and what is kept of it for five minutes. What an entry says is
nobody's business here but its date, by which a long list is asked for in parts."""
