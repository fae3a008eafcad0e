"""A PostgreSQL of our own: found, started, stopped, upgraded by numbered steps, saved and restored.

The server runs from binaries that pip installs, in a folder of the person who starts it. A connection string in
LLR_DATABASE_URL takes its place. Nothing here knows what is kept in the database.
"""
