"""Whether anything is lost: a class that submits at once, processes that are killed, a backup while students submit."""
