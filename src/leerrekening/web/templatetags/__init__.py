"""Template tags of the site: the components of its pages."""
