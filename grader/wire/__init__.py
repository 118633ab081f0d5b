"""The wire between the trusted side and the guest: frames, a closed list of values, messages."""
