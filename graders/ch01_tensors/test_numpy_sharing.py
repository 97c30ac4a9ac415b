"""NumPy and PyTorch: which conversions share memory."""

import torch

from torchgrade.authoring import alternative, close, hidden, misconception, points, probe, title


@probe
def array_then_tensor(student, function, x, factor):
    """Write to the array, then to the tensor that was made of it; tell both after each."""
    array = x.numpy()
    tensor = getattr(student, function)(array)
    array *= factor.numpy()
    first = torch.tensor(array), tensor.clone()
    tensor -= 1
    return *first, torch.tensor(array), tensor


@probe
def tensor_then_array(student, function, x, factor, grad):
    """Write to the tensor, then to the array that was made of it; tell both after each."""
    x.requires_grad_(grad)
    array = getattr(student, function)(x)
    with torch.no_grad():
        x *= factor
    first = x.detach().clone(), torch.tensor(array)
    array -= 1
    return *first, x.detach(), torch.tensor(array), float(x.requires_grad)


@probe
def nothing(student, x):
    array = x.numpy()
    results = [student.shared_tensor(array), student.own_tensor(array)]
    results += [torch.tensor(f(x)) for f in (student.shared_array, student.own_array)]
    return results


@probe
def ways(student):
    """Conversions of all sorts. Whether they share depends on the dtype, too."""
    return [
        torch.from_numpy,
        torch.tensor,
        torch.as_tensor,
        torch.asarray,
        lambda a: torch.from_numpy(a).clone(),
        lambda a: torch.from_numpy(a.copy()),
        lambda a: torch.from_numpy(a).float(),
        lambda a: torch.from_numpy(a).double(),
        lambda a: torch.as_tensor(a, dtype=torch.float32),
        lambda a: torch.tensor(a).to(torch.float64),
        lambda a: torch.from_numpy(a).reshape(-1),
        lambda a: torch.from_numpy(a)[-1:],
        lambda a: torch.from_numpy(a) + 0,
        lambda a: torch.tensor(a.tolist()),
        lambda a: torch.from_numpy(a).T,
        lambda a: torch.from_numpy(a).detach(),
    ]


@probe
def found(student, x, order):
    """The answers for all ways in this order, what the array holds after them, and how exactly."""
    array, conversions = x.numpy(), ways(student)
    before = torch.tensor(array)
    answers = [bool(student.shares(conversions[i], array)) for i in order]
    after = torch.tensor(array)
    return answers, after, float(torch.equal(after, before))


def truth(x, order):
    """Shared are always these, and those that keep the dtype."""
    shared = {0, 2, 3, 10, 11, 14, 15}
    if x.dtype is torch.float32:
        shared |= {6, 8}
    if x.dtype is torch.float64:
        shared |= {7}
    return [i in shared for i in order]


# What goes wrong


@misconception(
    "shared_tensor",
    "The tensor has memory of its own. torch.tensor() always copies; it is from_numpy() "
    "that puts a "
    "tensor over the array's memory.",
    zh="张量有了自己的内存。torch.tensor() 总是复制；让张量直接用数组内存的是 from_numpy()。",
)
def copied_by_tensor(array):
    return torch.tensor(array)


@misconception(
    "shared_tensor",
    "The dtype was changed to float32, and that needs other memory: nothing is shared any more.",
    zh="dtype 变成了 float32，这需要另一块内存，于是不再共享。",
)
def converted_to_float32(array):
    return torch.from_numpy(array).float()


@misconception(
    "own_tensor",
    "The tensor lies over the memory of the array. from_numpy() and as_tensor() don't copy.",
    zh="张量用的就是数组的内存。from_numpy() 和 as_tensor() 都不复制。",
)
def not_copied(array):
    return torch.from_numpy(array)


@misconception(
    "own_tensor",
    "The values were copied, but into float32. What is computed with the double precision of the "
    "array is lost.",
    zh="数值是复制了，却变成了 float32，数组原有的双精度就丢了。",
)
def copied_as_float32(array):
    return torch.tensor(array, dtype=torch.float32)


@misconception(
    "shared_array",
    "The array has memory of its own: a copy was made on the way.",
    zh="数组有了自己的内存：途中复制了一份。",
)
def array_copied(x):
    return x.detach().numpy().copy()


@misconception(
    "shared_array",
    "numpy() was called on a tensor that requires grad, and PyTorch refuses: NumPy could write "
    "behind autograd's back. Take the tensor out of the graph first; that shares the memory still.",
    zh="对需要梯度的张量调用了 numpy()，PyTorch 会拒绝，因为 NumPy 可能瞒着 autograd 改写数值。"
    "先让它脱离计算图，内存仍然共享。",
)
def numpy_with_grad(x):
    return x.numpy()


@misconception(
    "shared_array",
    "The tensor itself no longer requires grad: requires_grad_(False) and detach_() change the one "
    "they are called on. Take a detached view of it instead.",
    zh="张量本身不再需要梯度了：requires_grad_(False) 和 detach_() 会改变调用它们的张量。"
    "应当另取一个脱离计算图的视图。",
)
def grad_switched_off(x):
    return x.requires_grad_(False).numpy()


@misconception(
    "own_array",
    "The array lies over the memory of the tensor: numpy() does not copy.",
    zh="数组用的就是张量的内存：numpy() 不复制。",
)
def array_not_copied(x):
    return x.detach().numpy()


@misconception(
    "own_array",
    "numpy() was called on a tensor that requires grad, and PyTorch refuses. clone() alone is no "
    "help: the clone is part of the graph, too.",
    zh="对需要梯度的张量调用了 numpy()，PyTorch 会拒绝。只用 clone() 没有用：副本同样在计算图里。",
)
def cloned_with_grad(x):
    return x.clone().numpy()


@misconception(
    "shares",
    "Equal values were taken for shared memory. A copy has equal values, too; the difference shows "
    "only when one of them is written to.",
    zh="把数值相等当成了共享内存。副本的数值也相等，要往其中一个里写，才看得出区别。",
)
def equal_values(convert, array):
    tensor = convert(array)
    return tensor.numel() == array.size and bool(
        (tensor.reshape(-1) == torch.from_numpy(array).reshape(-1)).all()
    )


@misconception(
    "shares",
    "Every conversion was said to share.",
    zh="认为所有的转换都共享内存。",
)
def always_shared(convert, array):
    return True


@misconception(
    "shares",
    "Only the dtype was looked at. A conversion that keeps it may still copy, as "
    "torch.tensor does.",
    zh="只看了 dtype。保持 dtype 的转换也可能复制，比如 torch.tensor。",
)
def same_dtype(convert, array):
    return convert(array).dtype == torch.from_numpy(array).dtype


@misconception(
    "shares",
    "The answers are right, but the array holds something else afterwards. Put back what was there "
    "before the experiment.",
    zh="回答是对的，但数组里的内容变了。做完实验要恢复原来的内容。",
)
def experiment_not_undone(convert, array):
    tensor = convert(array)
    seen = tensor.clone()
    array += 1
    return not torch.equal(tensor, seen)


@misconception(
    "shares",
    "The array was restored by calculating backwards, and floats round: (x + 1) - 1 is not exactly "
    "x. Keep a copy before the experiment and put that back.",
    zh="恢复数组用的是逆运算，而浮点数会舍入：(x + 1) - 1 并不恰好等于 x。实验前应当留一份副本，再放回去。",
)
def calculated_back(convert, array):
    tensor = convert(array)
    seen = tensor.clone()
    array += 1
    changed = not torch.equal(tensor, seen)
    array -= 1
    return changed


@misconception(
    "shares",
    "Only the first addresses were compared. A tensor may begin further on in the memory of the "
    "array, as from_numpy(array)[-1:] does, and is shared nevertheless.",
    zh="只比较了起始地址。张量可能从数组内存的后面某处开始，比如 from_numpy(array)[-1:]，它照样是共享的。",
)
def first_address(convert, array):
    return convert(array).data_ptr() == array.ctypes.data


# Other right answers


@alternative("shared_tensor")
def by_as_tensor(array):
    return torch.as_tensor(array)


@alternative("own_tensor")
def cloned(array):
    return torch.from_numpy(array).clone()


@alternative("shared_array")
def by_data(x):
    return x.data.numpy()


@alternative("own_array")
def forced_and_cloned(x):
    return x.clone().numpy(force=True)


@alternative("shares")
def by_storage(convert, array):
    start = torch.from_numpy(array).untyped_storage().data_ptr()
    address = convert(array).data_ptr()
    return start <= address < start + torch.from_numpy(array).untyped_storage().nbytes()


@alternative("shares")
def tensor_written(convert, array):
    tensor, before = convert(array), array.copy()
    tensor += 1
    changed = bool((array != before).any())
    array[:] = before
    return changed


# The tests


def some_data(rand):
    """Each with factors to multiply it by."""
    x = rand(4, 3, dtype=torch.float64)
    return [
        (rand(5), rand.uniform(2, 3, 5)),
        (x, rand.uniform(2, 3, 4, 3, dtype=torch.float64)),
        (rand(2, 3).T, rand.uniform(2, 3, 3, 2)),
        (rand.ints(1, 99, 2, 3), rand.ints(2, 9, 2, 3)),
    ]


@title("shared_tensor: both see what is written", zh="shared_tensor：写入的内容双方都看得到")
@points(2)
def test_shared_tensor(student, rand):
    for x, factor in some_data(rand):
        now = x * factor
        expected = (now, now, now - 1, now - 1)
        close(student.run(array_then_tensor, "shared_tensor", x, factor), expected, dtype=True)


@title("own_tensor: neither sees what is written to the other", zh="own_tensor：双方互不影响")
@points(2)
def test_own_tensor(student, rand):
    for x, factor in some_data(rand):
        expected = (x * factor, x, x * factor, x - 1)
        close(student.run(array_then_tensor, "own_tensor", x, factor), expected, dtype=True)


@title("shared_array: both see what is written", zh="shared_array：写入的内容双方都看得到")
@points(2)
def test_shared_array(student, rand):
    for x, factor in some_data(rand):
        for grad in [False, True] if x.is_floating_point() else [False]:
            now = x * factor
            expected = (now, now, now - 1, now - 1, float(grad))
            actual = student.run(tensor_then_array, "shared_array", x, factor, grad)
            close(actual, expected, dtype=True)


@title("own_array: neither sees what is written to the other", zh="own_array：双方互不影响")
@points(2)
def test_own_array(student, rand):
    for x, factor in some_data(rand):
        for grad in [False, True] if x.is_floating_point() else [False]:
            expected = (x * factor, x, x * factor, x - 1, float(grad))
            actual = student.run(tensor_then_array, "own_array", x, factor, grad)
            close(actual, expected, dtype=True)


@title("shares: an experiment tells", zh="shares：实验说了算")
@points(3)
def test_shares(student, rand):
    for x in (rand(4, 3, dtype=torch.float64), rand(7), rand.ints(1, 99, 5)):
        order = rand.perm(16).tolist()
        close(student.run(found, x, order), (truth(x, order), x, 1.0), dtype=True)


@title("shares: negative numbers, zeros, a single element", zh="shares：负数、零、单个元素")
@hidden(
    "Does your experiment work whatever the array holds? Try zeros, ones and one element.",
    zh="不管数组里是什么，你的实验都行得通吗？试试全零、全一，以及只有一个元素。",
)
def test_shares_values(student, rand):
    for x in (torch.zeros(3), torch.ones(2, 2, dtype=torch.int64), -rand(1).abs() - 1):
        order = rand.perm(16).tolist()
        close(student.run(found, x, order), (truth(x, order), x, 1.0), dtype=True)


@title("Arrays and tensors without elements", zh="没有元素的数组和张量")
@hidden("A size may be 0. Shape and dtype stay.", zh="大小可以是 0。形状和 dtype 保持不变。")
def test_nothing(student):
    x = torch.zeros(2, 0, 3, dtype=torch.float64)
    close(student.run(nothing, x), [x] * 4, dtype=True)
