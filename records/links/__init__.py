"""What leads from one entry to another: a result to its report, a file to the other entry that holds it. Each gives
facts or rows with an address, from what is kept or read along; nothing here makes a list or a page."""
