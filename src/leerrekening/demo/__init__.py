"""Stand-ins for what others run, with invented people: for a demonstration and for the tests. Never in production."""
