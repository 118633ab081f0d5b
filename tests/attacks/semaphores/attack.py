# 32,000 semaphores an array are two megabytes of the kernel's; 32,000 arrays are allowed. Ten will do to show it.
# prelude

if FIRST:
    tried("semaphores")
    made = sum(libc.semget(0, 32_000, 0o600) >= 0 for _ in range(10))
    if made:
        loot(f"{2 * made} MB of semaphores, and no end")
    tried("messages")
    queues = [queue for queue in (libc.msgget(0, 0o600) for _ in range(50)) if queue >= 0]
    message = ctypes.create_string_buffer(b"\1" + bytes(7) + b"x" * 8000, 8008)
    sent = sum(libc.msgsnd(queue, message, 8000, 0o4000) == 0 for queue in queues for _ in range(2))
    if sent:
        loot(f"{8 * sent} KB of messages, and no end")
    tried("segments")
    if libc.shmget(0, 1 << 20, 0o1600) >= 0:
        loot("shared memory")
