# Whoever opens a submission by its name again opens this.
# prelude

if FIRST:
    tried("sent")
