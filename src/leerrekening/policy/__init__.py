"""The same law over everybody: populations, reforms, and who is left out."""
