"""The register: who has to publish what by when, and whether it happened (docs/register.md).

::

    bodies.py     is this the body that the register means? matching names and places, exactly
    due.py        the last day that is in time, and where it comes from
    entries.py    YAML and CSV → duties                     register.py   what is expected, seen and announced
    standing.py   duty, sightings, clock → expectation      service.py    the process: a stage over the reports, and a timer
    queries.py    what people ask of it                     metrics.py    every metric
"""
