"""What FHIR says: the only HTTP to a record server, its bundles and errors, and lenient reading of what it sends.
Nothing here knows Django, a page or a reader's words; what an element means to a patient is said above."""
