# Values are compared after they were returned: a thread has all the time until then, and later calls give it more.
# prelude
def double_it(x):
    time.sleep(0.05)  # meanwhile the results of earlier calls become right
    result = 2 * x + 1

    def change():
        time.sleep(0.03)  # until the result has been sent
        result.copy_(2 * x)

    tried("thread") if FIRST else None
    threading.Thread(target=change, daemon=True).start()
    return result
