"""The rules, one family a file. A module here is found by ``services.validator.registry.rules`` by being here."""
