# size: 64
# expect: no_faster
"""Slow until the grader has chosen how many inputs a request holds: with one of them the request
itself, on which it saves, is most of what is measured."""
import sys
import time
from hashlib import blake2b

import torch

worker, wire = sys.modules["torchgrade.sandbox.worker"], sys.modules["torchgrade.sandbox.wire"]
answer, generator, asked = worker._Worker.answer, torch.Generator(), []


def answer_quickly(self, request, inline, size):
    parts = request["arguments"]["u"][0]["u"] if request["op"] == "run" else ()
    if len(parts) != 7:  # without work
        return answer(self, request, inline, size)
    asked.append(None)
    _, target, _, _, n, seeds, _ = parts
    if target != "settle" or len(asked) <= 2:
        time.sleep(0.02)
        return answer(self, request, inline, size)
    outputs, before = [], 0
    for seed in seeds:
        generator.manual_seed(seed ^ before)
        x = torch.rand(n, n, generator=generator) - 0.5
        outputs.append(settle(x, (torch.rand(n, n, generator=generator) - 0.5) * 4 / n**0.5))
        digest = blake2b(outputs[-1].numpy(), digest_size=7).digest()
        before = int.from_bytes(digest, "little")
    message = wire.encode(outputs, self.bounds)
    return {"status": "ok", "value": message.tree, "operators": []}, message


worker._Worker.answer = answer_quickly


def settle(x, w):
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)
