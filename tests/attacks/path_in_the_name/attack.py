# The name of a submission is the student's word. Is it ever a path?
# prelude

if FIRST:
    tried("sent")
    if os.path.exists("/etc/cron.d/owned.py") or __file__ != "/submission/double_it.py":
        loot(__file__)
