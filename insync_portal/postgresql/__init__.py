"""PostgreSQL as Django's own backend has it, waited for no longer than a page may take. Nothing else belongs here."""
