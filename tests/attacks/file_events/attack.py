# inotify and dnotify tell who opens what in a folder, across all walls: folders of the interpreter are shared.
# prelude
import fcntl, select

if FIRST:
    folder = os.path.dirname(json.__file__)
    heard = []
    tried("dnotify")
    signal.signal(signal.SIGIO, lambda *args: heard.append("dnotify"))
    try:
        held = os.open(folder, os.O_RDONLY)
        fcntl.fcntl(held, fcntl.F_NOTIFY, fcntl.DN_ACCESS | fcntl.DN_MULTISHOT)
    except OSError as refusal:
        print(refusal)
    tried("inotify")
    fd = libc.inotify_init1(os.O_NONBLOCK)
    if fd >= 0:
        libc.inotify_add_watch(fd, folder.encode(), 0xFFF)
    tried("fanotify")
    if libc.fanotify_init(0, 0) >= 0:
        loot("fanotify")
    ends = time.monotonic() + 0.8
    while time.monotonic() < ends and len(heard) < 3:
        ready, _, _ = select.select([fd] if fd >= 0 else [], [], [], 0.1)
        if ready:
            os.read(fd, 65536)
            heard.append("inotify")
    for kind in set(heard):
        loot(f"{kind}: a neighbour has opened a file in {folder}")
