"""What more than one feature shows: replies, buttons, pages, citations, colours."""
