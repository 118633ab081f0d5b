# A report shows the first and the last lines, none of them endless, and says that there was more.
# prelude
if FIRST:
    tried("print")
    print("z" * 1_000_000, file=sys.stderr)
    print("\n" * 100_000, "\u0300" * 1000, "\t" * 1000)
    tried("never seen")
