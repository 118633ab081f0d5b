# A link to /dev/zero: whoever reads it to its end fills the machine's memory.
# (This text is not sent: the link is.)
