"""The HTTP API: situations in, decisions out, and the law and facts they rest on."""
