"""The monitor: who learns, by published figures; the way to the target; and who uses the rights they have."""
