"""Help by a third person: workbench, mandates, conversation guide. Only under a mandate, never by search."""
