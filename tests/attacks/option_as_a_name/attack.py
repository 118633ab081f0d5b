# The name goes to the command, to format strings, perhaps to a shell.
# prelude

if FIRST:
    tried("sent")
