"""The fetcher: finds the disclosures that a site's column offers and publishes each version once (docs/fetching.md).

::

    sources.py    a folder of YAML → Source                 visit.py      one crawl of one source (a Scrapy spider)
    schedule.py   when a source is asked                    crawl.py      runs visits, with Scrapy's settings
    plugin.py     code beside a YAML: a page → its links    transport.py  one HTTP request, bounded in every way
    page.py       an HTML page → title, date, links         gate.py       how often a host is asked
    paging.py     a listing page → its further pages        outcome.py    what went wrong, in one word
    filename.py   what an attachment is called              desk.py       archive → changed? → publish → remember
    article.py    which file is the document, which annex   state.py      what is known of each URL
    download.py   one address, for a person                 service.py    the process
    metrics.py    every metric                              importing.py  files at hand, as documents

What the bytes that arrive are is told by ``services/content``.
"""
