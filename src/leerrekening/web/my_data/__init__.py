"""What is kept of a person, in their own hands: correct it, hear of it, be reached, take it along, see it go."""
