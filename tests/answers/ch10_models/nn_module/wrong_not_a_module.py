"""Not a single nn.Module, nor a parameter: objects that list plain tensors as such."""
import torch


class Dense:
    def __init__(self, n_in, n_out):
        self.kept = {"weight": torch.zeros(n_out, n_in), "bias": torch.zeros(n_out)}

    def named_parameters(self):
        return self.kept.items()


class MLP:
    def __init__(self, sizes):
        if len(sizes) < 2:
            raise ValueError
        self.kept = {}
        for i in range(len(sizes) - 1):
            self.kept[f"layers.{i}.weight"] = torch.zeros(sizes[i + 1], sizes[i])
            self.kept[f"layers.{i}.bias"] = torch.zeros(sizes[i + 1])

    def named_parameters(self):
        return self.kept.items()

    def modules(self):
        return []

    def load_state_dict(self, state):
        self.kept = dict(state)

    def state_dict(self):
        return self.kept

    def parameters(self):
        return list(self.kept.values())

    def to(self, dtype):
        return self

    def __call__(self, x):
        n = len(self.kept) // 2
        for i in range(n):
            x = torch.nn.functional.linear(x, self.kept[f"layers.{i}.weight"], self.kept[f"layers.{i}.bias"])
            x = x.relu() if i + 1 < n else x
        return x
