# What is collected from students may hold links. `gradgym grade` reads what they point at, with the instructor's rights.
# (This text is not sent: the link is.)
