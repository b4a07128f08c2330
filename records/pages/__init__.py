"""The pages of a record: an address answered, request in, response out, one file for each page; the door they come
through, the menu around them, where they stand. It alone knows Django's requests and `smart_auth.access`. No FHIR is
read here and nothing of it is put in words."""
