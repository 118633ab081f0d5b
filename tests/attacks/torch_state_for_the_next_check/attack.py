# "Each check begins with a fresh import": what a check sets must not be there in the next one.
# prelude
import random

now = [str(torch.get_default_dtype()), torch.is_grad_enabled(), torch.initial_seed() == 666, torch.is_inference_mode_enabled()]
drawn = (torch.rand(1).item(), random.random())
if not FIRST:
    tried("again")
    if now != ["torch.float32", True, False, False]:
        loot(f"state of the check before: {now}")
    if drawn == sys.owned:
        loot("the generators go on where the check before left them")
tried("set")
torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
torch.manual_seed(666)
random.seed(666)
sys.owned = (torch.rand(1).item(), random.random())
