"""One file a command: it reads the words of the command line, calls its verb and prints the result."""
