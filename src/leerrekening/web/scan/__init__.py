"""The quick scan: answers in, rights out. It knows nobody and keeps nothing: each page carries the answers itself."""
