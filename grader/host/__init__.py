"""The trusted side: clocks, examiner, proxies."""
