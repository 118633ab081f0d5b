# Costs nothing to make, and 320 megabytes of memory to read before its size is looked at.
# (This text is not sent: the file is.)
