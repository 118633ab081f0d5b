# Files that every account of this machine may read, and some that only root may.
# prelude

if FIRST:
    home = WORLD["home"]
    paths = [WORLD["secret_file"], WORLD["bobs_file"], "/etc/passwd", "/etc/shadow", "/etc/hostname", "/etc/hosts"]
    paths += ["/etc/machine-id", "/etc/resolv.conf", "/etc/os-release", "/etc/ssl/openssl.cnf", "/etc/pip.conf"]
    paths += [f"{home}/.bashrc", f"{home}/.bash_history", f"{home}/.ssh/id_ed25519", f"{home}/.netrc", f"{home}/.config"]
    paths += [f"{WORLD['repository']}/{name}" for name in (".git/HEAD", "pyproject.toml", "solutions", "exercises")]
    paths += [f"{WORLD['repository']}/grader/{name}" for name in ("host/session.py", "checks/bank.py", "api.py", "jail")]
    paths += ["/var/log/syslog", "/var/lib/dpkg/status", "/run", "/srv", "/boot", "/sys/class/net", "/root", "/home"]
    paths += ["/.dockerenv", "/run/secrets", "/var/run/docker.sock", "/run/user/0", "/opt", "/mnt", "/media"]
    for path in paths:
        tried("there")
        if os.path.isdir(path):
            inside = [os.path.join(path, name) for name in os.listdir(path)]
            seen = [sys.prefix, sys.base_prefix, *sys.path]
            inside = [name for name in inside if not any(place.startswith(name) for place in seen)]
            if inside:  # but the folders on the way to the interpreter
                loot(inside)
        elif os.path.lexists(path):
            loot(path)
    attempt("secret", lambda: open(WORLD["secret_file"]).read())
    attempt("bob", lambda: open(WORLD["bobs_file"]).read())
