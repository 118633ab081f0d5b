# One call sets the priority of a whole process group, or of all processes of a user. Whose are they?
# prelude

if FIRST:
    os.setpriority(os.PRIO_PROCESS, 0, 10)
    tried("group")
    if os.getpriority(os.PRIO_PGRP, 0) != 10:
        loot("others are in my process group")
    tried("user")
    if os.getpriority(os.PRIO_USER, 0) != 10:
        loot("others of my user are in reach")
    for which in (os.PRIO_PGRP, os.PRIO_USER):
        try:
            os.setpriority(which, 0, 15)
        except OSError as refusal:
            loot(f"there were others to ask for: {refusal}")
    tried("input and output")
    for which in (2, 3):  # a group, a user
        system_call(251, which, 0, (3 << 13) | 0)  # ioprio_set: idle
    for pid in (WORLD["host"], WORLD["test"], *WORLD["examiners"], *WORLD["guests"]):
        attempt("others", os.setpriority, os.PRIO_PROCESS, pid, 15)
        attempt("others", os.setpriority, os.PRIO_PGRP, pid, 15)
        attempt("others", os.sched_setscheduler, pid, os.SCHED_IDLE, os.sched_param(0))
        attempt("others", os.sched_setaffinity, pid, [0])
        attempt("others", resource.prlimit, pid, resource.RLIMIT_NOFILE)
        refused("others", 251, 1, pid, 3 << 13, by=("ESRCH",))
    attempt("faster", os.setpriority, os.PRIO_PROCESS, 0, -5)
    for policy in (os.SCHED_FIFO, os.SCHED_RR):
        attempt("real time", os.sched_setscheduler, 0, policy, os.sched_param(1))
    refused("real time", 251, 1, 0, 1 << 13)
