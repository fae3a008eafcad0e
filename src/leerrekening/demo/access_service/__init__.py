"""A demo access service: OpenID Connect as the Flemish one speaks it, with invented people to choose from."""
