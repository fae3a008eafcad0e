"""Files of registers: read row by row, what is wrong told by line, what is right kept, stopped and gone on with."""
