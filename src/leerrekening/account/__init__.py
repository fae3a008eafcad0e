"""The account of one person: decisions and balances joined on a time line, yearly grants, what-if."""
