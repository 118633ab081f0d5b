# A module that the grader has imported is a module that the student's code can import.
# prelude
import pkgutil

if FIRST:
    tried("loaded")
    for name, module in list(sys.modules.items()):
        if name.startswith(("grader.host", "grader.checks", "grader.course", "grader.api", "pytest", "_pytest", "test_", "conftest")):
            loot(name)
        if name.startswith("grader"):
            for attribute, value in vars(module).items():
                if isinstance(value, (str, dict, list, tuple, bytes)) and attribute != "__builtins__":
                    look_through(str(value)[:200_000], f"{name}.{attribute}")
    tried("packages")
    import grader

    for found in pkgutil.walk_packages(grader.__path__, "grader."):
        if not found.name.startswith(("grader.guest", "grader.wire")):
            loot(found.name)
    for name in ("grader.host", "grader.checks", "grader.course", "grader.report", "grader.api", "grader.jail", "webapp"):
        attempt("imports", importlib.import_module, name)
    sys.path[:0] = [WORLD["repository"], WORLD["solution"], WORLD["courses"]["tiny_course"], "."]
    importlib.invalidate_caches()
    for name in ("solutions", "test_hidden", "mistakes", "exercises", "tests"):
        attempt("elsewhere", importlib.import_module, name)
    attempt("webapp", importlib.import_module, "webapp.app")
