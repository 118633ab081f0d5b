# Process 1 of a pid namespace sees nobody else, but a signal to "my process group" asks no namespace.
# prelude

if FIRST:
    tried("group")
    child = os.fork()
    if child == 0:
        time.sleep(0.2)
        os.kill(0, signal.SIGKILL)
        os._exit(0)
    os.waitpid(child, 0)
