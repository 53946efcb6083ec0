"""What the regulations require to be present and to hold, as rules with an ``aspect``."""
