"""The portal on PostgreSQL and Redis, both real and both thrown away at the end."""
