"""Numbers and times in the Spanish of the United States.

Django's Spanish is Spain's: 1.234,5 and 14:30. The record's numbers keep the point that stands in them, and a
page must not write 1.2 for one thing and 1,2 for another.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
TIME_FORMAT = "g:i a"
YEAR_MONTH_FORMAT = r"F \d\e Y"
