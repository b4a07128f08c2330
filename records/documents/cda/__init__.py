"""C-CDA documents, and whatever else HL7's Clinical Document Architecture, Release 2, has made: R1.1, C32, plain CDA.

    parsing.py     bytes → a tree: no entity, no network, no document type; what is not XML is said so
    header.py      whose, by whom, when, for whom: in words
    narrative.py   a part's words → clean HTML: paragraphs, lists, footnotes, pictures
    tables.py      its tables, by shape
    sections.py    the parts and their headings, which are read first
    entries.py     codes of parts that have no words
    body.py        another file within, where the document is only its envelope
    reading.py     bytes → a `Paper`, or why not

Elements are known by their local names: files exist whose namespace is misspelt.
"""
