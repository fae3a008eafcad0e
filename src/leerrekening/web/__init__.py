"""The site: pages by persona, rendered on the server."""
