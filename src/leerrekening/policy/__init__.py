"""Policy: the law over everybody, reforms, indicators and the monitor. Nothing here opens a single person."""
