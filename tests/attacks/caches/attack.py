# What can't be read may still lie about compiled: __pycache__ of checks, pytest's cache, the list of installed files.
# prelude
import glob

if FIRST:
    import importlib.metadata

    tried("compiled")
    for place in {*sys.path, sys.prefix, "/gradgym"}:
        for pattern in ("test_hidden*.pyc", "mistakes*.pyc", "**/test_hidden*", "grader/host/**", "grader/checks/**"):
            for path in glob.glob(f"{place}/{pattern}", recursive=False):
                loot(path)
    tried("caches")
    homes = [os.path.join(os.sep, "root"), os.path.expanduser("~")]
    for path in (*(f"{home}/.cache" for home in homes), "/tmp/.pytest_cache", "/.pytest_cache", f"{WORLD['repository']}/.pytest_cache", "/var/cache"):
        if os.path.exists(path):
            loot(path)
    tried("installed")
    try:
        files = importlib.metadata.files("gradgym") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = os.path.realpath(str(file.locate()))
        if os.path.isfile(path) and "/dist-info" not in path and ".dist-info/" not in path and not path.endswith(".pth"):
            if "/bin/" not in path and "__editable__" not in path:
                loot(path)
    tried("editable")
    for path in glob.glob(f"{sys.prefix}/lib/python3*/site-packages/*gradgym*.pth"):
        for line in open(path):
            if os.path.exists(line.strip() + "/grader/host"):
                loot(line)
    for name in ("grader.host.session", "grader.checks.bank", "grader.api", "webapp", "test_hidden", "mistakes"):
        attempt("import", importlib.import_module, name)
