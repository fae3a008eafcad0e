"""How a right is shown to the person it is about: state, reason, amounts and everything behind them."""
