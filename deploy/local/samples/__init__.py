"""The sample site: disclosures of invented bodies, with a known list of planted defects.

Everything here is self-written; no body, person or figure exists.
"""
