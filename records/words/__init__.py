"""Everything that is said: values, dates, names, amounts, units, labels, notices, code tables, and the shapes that a
template sees. Nothing is fetched here, and no kind of record is known by name."""
