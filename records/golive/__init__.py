"""What US Core makes a server answer, and what a go-live check finds. It asks with a client of its own; no page uses
it."""
