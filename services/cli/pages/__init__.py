"""Self-contained HTML pages of a document: ``gouji check --format html`` and ``gouji read --html``.

``document`` lays a report out with every number marked, ``fates`` says what became of each number, ``check`` and ``read``
choose what is shown, ``render`` turns it into one page: no external resource, a content security policy that admits only
the page's own style and script by their hashes, every text of the document escaped.
"""
