# The first thread of a process may end before the others: its files in /proc then have no sizes any more.
# prelude
def hoard():
    time.sleep(0.2)
    reading, writing = os.pipe()
    for _ in range(8):
        if os.fork() == 0:
            held = bytearray(os.urandom(1 << 20) * 90)
            os.write(writing, b"x")
            time.sleep(20)
            os._exit(len(held) & 1)
    for _ in range(8):
        os.read(reading, 1)
    time.sleep(1)
    loot("720 MB held for a second")
    os._exit(0)


if FIRST:
    tried("leave")
    threading.Thread(target=hoard, daemon=True).start()
    libc.syscall(60 if os.uname().machine == "x86_64" else 93, 0)
