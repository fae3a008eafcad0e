"""Invented people and the services around them, to try and to test with. Nobody here exists."""
