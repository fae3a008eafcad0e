"""The pages of one account, the same for the citizen and for a helper under a mandate."""
