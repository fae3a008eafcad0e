"""People and what is known of them: dated facts with their source, mandates, who looked, corrections, contacts.

Nothing here decides on a right, and nothing known of a person is ever overwritten: a correction supersedes.
"""
