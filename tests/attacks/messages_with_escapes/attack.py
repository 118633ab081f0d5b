# A report is read in terminals, pages and gradebooks. Colours, links, titles, bells, reversed text, scripts.
# prelude
EVIL = ("\x1b[2J\x1b[31mred\x1b]0;owned\x07\x1b]8;;http://owned.example\x07link\x1b]8;;\x07\x9b31m\x90q\x9c\x08\x08\x00\x7f"
        "\u202egnorw\u2066\u200b\ufeff\U000e0041 <script>alert(1)</script> [bold]b[/bold] &amp; %s {0} ${HOME}")
Name = type("E\x1b[31m\u202e<b>", (Exception,), {})

if FIRST:
    tried("print")
    print(EVIL)
    print("all is well\rnothing is well")
    print(EVIL, file=sys.stderr)
    os.write(1, bytes(range(128, 256)) + b"\n")


def double_it(x):
    raise Name(EVIL)  # \x1b[31m [31m
