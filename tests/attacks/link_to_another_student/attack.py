# Full marks for a link to somebody else's work.
# (This text is not sent: the link is.)
