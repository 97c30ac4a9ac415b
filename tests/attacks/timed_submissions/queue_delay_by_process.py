# processes: 4
# expect: no_faster
"""The same with a process, whose time is not among that of the threads."""
import mmap
import os

import torch

N = 128
PAGES = mmap.mmap(-1, 4 * (2 * N * N + N) + 64)
WHOLE = torch.frombuffer(PAGES, dtype=torch.float32)
X, W, OUT = WHOLE[: N * N].view(N, N), WHOLE[N * N : 2 * N * N].view(N, N), WHOLE[2 * N * N :][:N]
FLAG = WHOLE[2 * N * N + N :].numpy()

if os.fork() == 0:
    while True:
        while FLAG[0] != 1:
            os.sched_yield()
        x = X
        for _ in range(8):
            x = torch.tanh(x @ W)
        OUT.copy_(x.mean(0))
        FLAG[0] = 2


def settle(x, w):
    if x.shape != (N, N):
        for _ in range(8):
            x = torch.tanh(x @ w)
        return x.mean(0)
    X.copy_(x)
    W.copy_(w)
    FLAG[0] = 1
    while FLAG[0] != 2:
        os.sched_yield()
    FLAG[0] = 0
    return OUT.clone()
