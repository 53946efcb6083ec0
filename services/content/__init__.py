"""What bytes are: the kind of a file (``sniff``) and the text in it (``charset``). Knows no service; any of them may ask it."""
