"""The same law over everybody: populations, reforms, the monitor, and who is left out. No person is ever opened."""
