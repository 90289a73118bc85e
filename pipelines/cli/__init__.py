"""The command line: `huiliu --help`."""
