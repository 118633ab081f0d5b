# Full marks for a link: the instructor's own answer, read where only the instructor may read.
# (This text is not sent: the link is.)
