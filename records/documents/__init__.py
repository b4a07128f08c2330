"""Attachments of the record, and how they become safe to look at. One file for each format.

    content.py    an Attachment → its bytes, or a problem with a name
    problems.py   a problem → words for the reader
    sniffing.py   bytes → which format they really are
    formats.py    the formats by name, what each is called
    unsaid.py     in which characters a text is written that does not say so
    text.py html.py pdf.py xml.py cda/    one format each; images are known by their first bytes alone
    bundle.py office.py    FHIR documents; Word, rich text and scans, made readable by apart.py in a child (child.py)
    beyond.py     C-CDA documents and web pages of unusual size, in a child that runs our own code (beyond_child.py)
    rich_text.py  rich text as a web page, in the child
    showing.py    which format is shown how, with what each takes and gives in shown.py
    parts.py words.py beginning.py    a document of parts, as the page shows it; its words alone; its first lines
    whose.py remarks.py    whether a document is about the patient of the record, and what is said where it is not
    view.py       bytes → a View, and the whole way from an Attachment to a View
    headers.py    what the browser is told beside the raw bytes

Nothing here knows requests, sessions or addresses. Whatever the bytes are, nothing here raises because of them.
"""
