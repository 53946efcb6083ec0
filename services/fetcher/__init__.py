"""The fetcher: finds the disclosures that a site's column offers and publishes each version once (docs/fetching.md).

::

    sources.py    sources.yaml → Source                     visit.py      one crawl of one source (a Scrapy spider)
    charset.py    bytes → text                              transport.py  one HTTP request, bounded in every way
    sniff.py      bytes → media type                        guard.py      which addresses may be dialled
    page.py       an HTML page → title, date, links         gate.py       how often a host is asked
    paging.py     a listing page → its further pages        outcome.py    what went wrong, in one word
    filename.py   what an attachment is called              desk.py       archive → changed? → publish → remember
    article.py    which file is the document, which annex   state.py      what is known of each URL
"""
