"""Validator: reports in, validations and discrepancies out.

``check.check`` is the core: a pure function over a ``Report``. Rules (``rules/``) yield relations over facts, which the
engine decides by interval arithmetic, and findings of their own.
"""
