"""Pages for those who make policy: who learns, who is left out, what a reform would do. None opens a single person."""
