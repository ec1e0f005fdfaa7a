"""The kinds of documents, one a file: each module declares a record of :mod:`kbgen.notes.document`."""
