"""Mutation: one amount of a document is made wrong at a time, and the validator must report an error at that number.

``slips`` are the ways to be wrong as text; ``in_report`` applies them to a Report, ``in_file`` to the bytes of a text document;
``verdict`` says whether the error was reported, and where not, why. ``python -m benchmarks.mutation --help``.
"""
