"""Pages for staff: cases to correct, work in the background, alarms, roles, and what staff did."""
