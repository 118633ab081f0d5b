# System V objects and POSIX queues outlive their process. They must not outlive the submission.
# prelude
import ctypes.util

KEY = 0x6F776E65
librt = ctypes.CDLL(ctypes.util.find_library("rt") or None, use_errno=True)
if FIRST:
    tried("look")
    for what, call in (("queue", lambda: libc.msgget(KEY, 0)), ("semaphore", lambda: libc.semget(KEY, 0, 0)), ("segment", lambda: libc.shmget(KEY, 0, 0))):
        if call() != -1:
            loot(f"a {what} of an earlier submission")
    if librt.mq_open(b"/owned", os.O_RDWR) != -1:
        loot("a POSIX queue of an earlier submission")
    if os.listdir("/dev/shm"):
        loot(f"shared memory of an earlier submission: {os.listdir('/dev/shm')}")
    tried("leave")
    queue = libc.msgget(KEY, 0o1666)
    print("queue", queue, libc.msgsnd(queue, b"\1\0\0\0\0\0\0\0owned", 5, 0))
    print("semaphore", libc.semget(KEY, 1, 0o1666))
    print("POSIX queue", librt.mq_open(b"/owned", os.O_CREAT | os.O_RDWR, 0o666, None))
    for name in ("owned", "psm_owned", "sem.owned", "torch_owned"):
        with open(f"/dev/shm/{name}", "w") as file:
            file.write("owned")
    tried("refused")
    if libc.shmget(KEY, 4096, 0o1666) != -1:
        loot("a segment of shared memory")
    try:
        os.memfd_create("owned")
        loot("a memfd")
    except OSError:
        pass
    try:
        from multiprocessing import shared_memory

        shared_memory.SharedMemory("owned_python", create=True, size=4096)
    except OSError as refused_by_the_wall:
        print(refused_by_the_wall)
