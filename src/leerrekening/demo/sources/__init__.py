"""A server that answers as the registers do, for the invented people; it can be told to misbehave."""
