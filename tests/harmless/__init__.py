"""The same document written otherwise is the same document: what is found in it stays."""
