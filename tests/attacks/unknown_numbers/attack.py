# A list of refusals knows the calls of its day. What of those that came later?
# prelude

NEW = [
    (453, (0, 0, 0, 0)),  # map_shadow_stack
    (457, (ctypes.create_string_buffer(64), 0, 0, 0)),  # statmount
    (461, (0, 0, 0, 0)),  # lsm_list_modules
    (464, (-1, b"/usr", b"user.owned", 0, 0, 0)),  # getxattrat
    (467, (-100, b"/", 1, 0, 0, 0)),  # open_tree_attr
    (468, (-100, b"/", 0, 0, 0, 0)),  # file_getattr
    (469, (-100, b"/", 0, 0, 0, 0)),  # file_setattr
]

if FIRST:
    for number, args in NEW:
        refused("new", number, *args, by=())
    for number in [*range(472, 700), 1000, 4096, 65536, 1 << 29, 0x3FFFFFFF, -2, -100]:
        refused("none", number, 0, 0, 0, 0, 0, 0, by=("ENOSYS", "EPERM"))
