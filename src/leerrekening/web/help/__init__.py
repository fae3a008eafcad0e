"""Help by a third person: the helper's workbench, mandates, the conversation guide. Only under a mandate, never by search."""
