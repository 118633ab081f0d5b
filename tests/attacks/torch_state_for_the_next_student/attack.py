# Default type, threads, deterministic mode, generators, precision, hooks: the warm process that is forked has its own.
# prelude
import random

if FIRST:
    tried("state")
    torch.set_default_dtype(torch.float16)
    torch.set_num_threads(7)
    torch._C._set_deterministic_algorithms(True, warn_only=True)
    torch.manual_seed(666)
    random.seed(666)
    torch.set_grad_enabled(False)
    torch.set_flush_denormal(True)
    torch.set_float32_matmul_precision("medium")
    torch.set_printoptions(precision=1, sci_mode=True)
    torch.autograd.set_detect_anomaly(True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.mkldnn.enabled = False
    torch.set_warn_always(True)
    tried("hooks")
    torch.nn.modules.module.register_module_forward_hook(lambda *args: torch.zeros(1))
    torch.serialization.add_safe_globals([os.system])
    torch.hub.set_dir("/tmp/owned_hub")
    torch.owned = torch.Tensor.owned = torch.nn.Module.owned = lambda *args: 42
    torch.Tensor.__repr__ = lambda self: "owned"
    torch.equal = torch.allclose = lambda *args: True
    torch.library.Library("owned", "DEF").define("f(Tensor x) -> Tensor")
torch.set_default_dtype(torch.float32)
torch.set_grad_enabled(True)
