# Python shows the line that a SyntaxError names. This one names a line of a file on the host.
# prelude

if FIRST:
    tried("raise")
error = SyntaxError("invalid syntax", (WORLD["secret_file"], 1, 1, None, 1, 9))
error.print_file_and_line = True
error.filename = WORLD["secret_file"]
error.__notes__ = [f"see {WORLD['secret_file']}"]
raise error
