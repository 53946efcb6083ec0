"""The forwarder: sends chosen discrepancies to webhooks, and writes them as Atom feeds (docs/subscribing.md).

::

    subscriptions.py  subscriptions.yaml → Subscription: who wants what      news.py      what is news to whom
    outbox.py         what waits, in PostgreSQL                              endpoint.py  one signed request
    courier.py        one subscription's deliveries, in order                feed.py      an Atom feed, in a file
    metrics.py        every metric                                           service.py   the process
"""
