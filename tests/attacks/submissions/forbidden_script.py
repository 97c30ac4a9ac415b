# expect: values=passed by_hand=forbidden *=failed|passed
"""Has the interpreter of TorchScript call it."""
import warnings

import torch

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    GRAPH = torch._C.parse_ir("graph(%x : Tensor, %w : Tensor):\n  %y : Tensor = aten::mv(%x, %w)\n  return (%y)")
    MV = torch._C._create_function_from_graph("mv_of_graph", GRAPH)


def row_dot(x, w):
    return MV(x, w)
