"""The fetcher: finds the disclosures that a site's column offers, and publishes each version and each removal once
(docs/fetching.md).

What is decided, without any input or output::

    sources.py    a folder of YAML → Source                 step.py       a page → what it is, and where it leads
    schedule.py   when a source may be asked                assemble.py   what a poll found → documents with annexes
    timetable.py  when it is asked next                     judge.py      new, changed, unchanged; gone, unlinked, moved
    page.py       HTML → title, date, links, figures        article.py    which file is the document, which annex
    listing.py    JSON → links                              substance.py  what a page says, without its chrome
    paging.py     a list → its further pages                filename.py   what an attachment is called
    dates.py      dates as pages show them                  address.py    one form of an address; what a log may show
    plugin.py     code beside a YAML: a page → its links    backoff.py    how long to wait after a failure
    found.py      what all of these speak of                outcome.py    what went wrong, in one word

And what does it::

    shift.py      one process's part of the shared work     transport.py  one HTTP request, bounded in every way
    visit.py      one address: ask, read, keep, tell        gate.py       how often a host is asked
    closing.py    the end of a poll                         robots.py     robots.txt, remembered
    desk.py       archive → changed? → publish → remember   crawl.py      Scrapy's settings and runner
    state/        versions, frontier, hosts                 metrics.py    every metric
    download.py   one address, for a person                 service.py    the process
    importing.py  files at hand, as documents               once.py       one look at a source or an address, for a person

What the bytes that arrive are is told by ``services/content``.
"""
