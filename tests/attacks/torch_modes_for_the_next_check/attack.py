# The rest of torch's global state, set in one check and found in the next.
# prelude
now = {
    "threads": torch.get_num_threads() != 1,
    "deterministic": torch.are_deterministic_algorithms_enabled(),
    "device": str(torch.get_default_device()) != "cpu",
    "autocast": torch.is_autocast_enabled("cpu"),
    "anomaly": torch.is_anomaly_enabled(),
    "denormal": float(torch.tensor([1e-310], dtype=torch.float64, device="cpu") * 1) == 0.0,
    "hooks": bool(torch.nn.modules.module._global_forward_hooks),
}
if not FIRST:
    tried("again")
    if any(now.values()):
        loot(f"of the check before: {[name for name in now if now[name]]}")


def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    result = 2 * x
    tried("set")
    torch.set_num_threads(2)
    torch._C._set_deterministic_algorithms(True)
    torch.set_default_device("meta")
    torch.set_autocast_enabled("cpu", True)
    torch.autograd.set_detect_anomaly(True)
    torch.set_flush_denormal(True)
    torch.nn.modules.module.register_module_forward_hook(lambda *args: None)
    return result
