# Whoever opens a pipe waits for a writer, and with it the whole class waits for its grades.
# (This text is not sent: the pipe is.)
