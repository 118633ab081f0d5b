# A runner that imports a file may take SystemExit for a tidy end.
# prelude
tried("exit")
raise SystemExit(0)
