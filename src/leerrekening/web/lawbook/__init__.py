"""The law book: the law as it is served, readable by a jurist, for any day, in each language."""
