"""Signing in with OpenID Connect: the access service says who somebody is, a session remembers it."""
