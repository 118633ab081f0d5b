# Half of Python's and torch's behaviour hangs on the environment. It belongs to this process.
# prelude
import locale

if FIRST:
    tried("environ")
    for name in ("PYTHONPATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "TORCH_LOGS", "PYTHONHASHSEED", "TZ", "LANG", "HOME",
                 "GRADGYM_SECRET", "PYTEST_ADDOPTS", "TORCH_DETERMINISTIC", "CUBLAS_WORKSPACE_CONFIG"):
        os.environ[name] = "owned"
        libc.setenv(name.encode(), b"owned", 1)
    time.tzset()
    tried("process")
    os.umask(0o777)
    os.chdir("/dev/shm")
    locale.setlocale(locale.LC_ALL, "C")
    sys.argv[:] = ["owned"]
    libc.prctl(15, b"owned", 0, 0, 0)
