# A name is printed on terminals, pages and in JSON.
# prelude

if FIRST:
    tried("sent")
