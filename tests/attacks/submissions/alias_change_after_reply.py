# expect: values=value *=failed
"""Returns zeros; a thread writes the right numbers into them after the reply."""
import threading
import time

import torch


def correct(kept, x, w):
    for _ in range(200):
        time.sleep(0.001)
        kept.copy_((x * w).sum(1))


def row_dot(x, w):
    kept = torch.zeros(len(x))
    reply = kept.clone()
    threading.Thread(target=correct, args=(reply, x, w), daemon=True).start()
    return reply.expand(len(x))
