"""The fetcher: finds the disclosures that a site's column offers and publishes each version once (docs/fetching.md).

::

    sources.py    sources.yaml → Source                     visit.py      one crawl of one source (a Scrapy spider)
    page.py       an HTML page → title, date, links         crawl.py      runs visits, with Scrapy's settings
    paging.py     a listing page → its further pages        transport.py  one HTTP request, bounded in every way
    filename.py   what an attachment is called              gate.py       how often a host is asked
    article.py    which file is the document, which annex   outcome.py    what went wrong, in one word
    download.py   one address, for a person                 desk.py       archive → changed? → publish → remember
    metrics.py    every metric                              state.py      what is known of each URL
    service.py    the process

What the bytes that arrive are is told by ``services/content``.
"""
