"""The law as files: reading the folder, checking its worked examples, keeping old versions for receipts."""
