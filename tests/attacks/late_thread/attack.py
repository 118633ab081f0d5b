# Values are compared after they were returned: a thread has all the time until then.
# prelude
def double_it(x):
    result = 2 * x + 1

    def change():
        for _ in range(200):
            time.sleep(0.001)
            result.copy_(2 * x)

    tried("thread") if FIRST else None
    threading.Thread(target=change, daemon=True).start()
    return result
