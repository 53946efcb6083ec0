"""The fetcher: finds the disclosures that a site's column offers and publishes each version once (docs/fetching.md).

::

    sources.py    sources.yaml → Source                     visit.py      one crawl of one source (a Scrapy spider)
    charset.py    bytes → text                              crawl.py      runs visits, with Scrapy's settings
    sniff.py      bytes → media type                        transport.py  one HTTP request, bounded in every way
    page.py       an HTML page → title, date, links         gate.py       how often a host is asked
    paging.py     a listing page → its further pages        state.py      what is known of each URL
    filename.py   what an attachment is called              outcome.py    what went wrong, in one word
    article.py    which file is the document, which annex   desk.py       archive → changed? → publish → remember
    download.py   one address, for a person                 service.py    the process
    metrics.py    every metric
"""
