"""Reverse mode: one walk from the result back to the inputs, each value after all of its uses."""

import math

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

pytestmark = forbids("add", "sub", "mul", "div", "pow", "neg", "exp", "tanh", "relu", "backward")

# What is differentiated. The same functions run on the student's values and on PyTorch's tensors.


def minus(x, y):
    return x - y


def times(x, y):
    return x * y


def divided_by(x, y):
    return x / y


def negative(x, y):
    return -x + y


def powers(x, y):
    return (x**3 + y**-2) ** 0.5


def exponential(x, y):
    return (x - y).exp()


def hyperbolic_tangent(x, y):
    return (x - y).tanh()


def positive_part(x, y):
    return x.relu()


def rectified(x, y, a, b):
    return x.relu() * a + y.relu() * b


def difference_from_number(x, y):
    return 2.5 * (3 - x) + y


def quotient_of_number(x, y):
    return 0.5 + 2 / x + y


def numbers_right(x, y):
    return sum([(x - 3) / 4, (y + 1) * 2.5])


OPERATIONS = [minus, times, divided_by, negative, powers, exponential, hyperbolic_tangent]
WITH_NUMBERS = [difference_from_number, quotient_of_number, numbers_right]


def nested(x, y):
    return (2 / ((x * y).tanh() * 0.7).exp()) ** 3


def neuron(x, w, b, v):
    return 1 / (b + (-(v * (w * x).tanh())).exp())


def forks_and_meetings(x, factors):
    """Two operations on the longest path and a fork at every step."""
    for a, b in factors:
        x = x * a + x * b
    return x


def squared_error(w, v, b, inputs, targets):
    """Of a neuron that sees x and its square, over all inputs."""
    outputs = [(w * x + v * (x * x) + b).tanh() for x in inputs]
    return sum((output - target) ** 2 for output, target in zip(outputs, targets, strict=True))


# Graphs: all values of a small computation, in the order of their making.


def chain(x, w, b, c):
    u = x * w
    v = u + b
    return x, w, b, c, u, v, v * c


def double(x):
    return x, x + x


def square(x):
    return x, x * x


def ladder(x, factors):
    """Each rung uses the rung before it and one half way up, on the left or on the right."""
    values, rungs = [x], [x]
    for k, factor in enumerate(factors):
        earlier, scaled = rungs[(k + 1) // 2], rungs[-1] * factor
        rungs.append(earlier + scaled if k % 2 else scaled * earlier)
        values.extend([scaled, rungs[-1]])
    return values


def meeting_paths(x, w):
    """Two values with a short and a long way to the result; the short way is left, then right."""
    u, v = x * w, x + w
    s, t = u * 0.7, v + 0.4
    left, right = u * s, t * 0.6 * v
    return x, w, u, v, s, t, left, right, left + right


def crossing_paths(x, w):
    u = x * w
    t = u + 0.7
    s = t * u
    left, right = t * 0.3 + (u + s), s * t + u
    return x, w, u, t, s, left, right, left * right * u


def two_results(x, w):
    u, v = x * w, x + w
    y, z = u * (u + 0.4), (v * 0.6 + 0.5) * v
    return x, w, u, v, y, z, y + z, y * z


def random_graph(w, x, y, z, steps):
    """All operations, on values picked from all that there is so far."""
    values = [w, x, y, z]
    for kind, i, j, c in steps:
        a, b = values[i], values[j]
        if kind == 0:
            new = a - b * c
        elif kind == 1:
            new = (c + a * b).tanh()
        elif kind == 2:
            new = a / (b**2 + 1)
        elif kind == 3:
            new = (-(a * a)).exp() + b
        elif kind == 4:
            new = c / (a.relu() + 1) - b.relu()
        else:
            new = (a * a + 0.5) ** (c / 2)
        values.append(new)
    total = sum(value * weight for value, (*_, weight) in zip(values[4:], steps, strict=True))
    return [*values, total]


# How it is asked of the student's class, and what PyTorch says.


@probe
def data_of(student, function, numbers):
    """The result's number, then what the operands hold when the result was written to."""
    operands = [student.Value(number) for number in numbers]
    result = function(*operands)
    data = float(result.data)
    result.data = -1.0 - data
    return [data, *[float(operand.data) for operand in operands]]


@probe
def gradients(student, function, numbers, *rest):
    """The value, and the gradients of all inputs and of one that isn't used."""
    inputs = [student.Value(number) for number in numbers]
    unused = student.Value(numbers[0])
    result = function(*inputs, *rest)
    result.backward()
    grads = [float(value.grad) for value in [*inputs, unused]]
    return float(result.data), torch.tensor(grads, dtype=torch.float64)


def gradients_by_torch(function, numbers, *rest):
    inputs = [torch.tensor(n, dtype=torch.float64, requires_grad=True) for n in numbers]
    unused = torch.zeros((), dtype=torch.float64, requires_grad=True)
    result = function(*inputs, *rest)
    grads = torch.autograd.grad(result, [*inputs, unused], materialize_grads=True)
    return result.item(), torch.stack(grads)


@probe
def gradients_in_graph(student, graph, numbers, calls, *rest):
    """Gradients of all values after ``backward`` of each one numbered in ``calls``.

    "clear" among the calls sets ``grad`` of the inputs to zero.
    """
    inputs = [student.Value(number) for number in numbers]
    values = graph(*inputs, *rest)
    history = []
    for call in calls:
        if call == "clear":
            for value in inputs:
                value.grad = 0.0
        else:
            values[call].backward()
        history.append([float(value.grad) for value in values])
    return torch.tensor(history, dtype=torch.float64)


def graph_by_torch(graph, numbers, calls, *rest):
    """Every call by itself, then added up."""
    inputs = [torch.tensor(n, dtype=torch.float64, requires_grad=True) for n in numbers]
    values = graph(*inputs, *rest)
    history, total = [], torch.zeros(len(values), dtype=torch.float64)
    for call in calls:
        if call == "clear":
            total[: len(inputs)] = 0.0
        else:
            total += torch.stack(
                torch.autograd.grad(values[call], values, retain_graph=True, materialize_grads=True)
            )
        history.append(total.clone())
    return torch.stack(history)


@probe
def descend(student, function, numbers, rate, steps, *rest):
    """The value at each step of gradient descent, then numbers and gradients at the end."""
    parameters = [student.Value(number) for number in numbers]
    history = []
    for _ in range(steps):
        result = function(*parameters, *rest)
        for parameter in parameters:
            parameter.grad = 0.0
        result.backward()
        for parameter in parameters:
            parameter.data -= rate * parameter.grad
        history.append(float(result.data))
    history.extend(float(parameter.data) for parameter in parameters)
    history.extend(float(value.grad) for value in [*parameters, result])
    return torch.tensor(history, dtype=torch.float64)


def descent_by_torch(function, numbers, rate, steps, *rest):
    history = []
    for _ in range(steps):
        value, grads = gradients_by_torch(function, numbers, *rest)
        grads = grads[:-1].tolist()
        numbers = [number - rate * grad for number, grad in zip(numbers, grads, strict=True)]
        history.append(value)
    return torch.tensor([*history, *numbers, *grads, 1.0], dtype=torch.float64)


def numbers_between(rand, low, high, count):
    return rand.uniform(low, high, count, dtype=torch.float64).tolist()


# One operation. A weight of 1 is a quarter of a point.


AS_THEY_ARE = text(
    "The first number is the result. After it come the numbers that the operands hold when "
    "something else was assigned to the result's data.",
    zh="第一个数是运算结果，后面是给结果的 data 另赋一个数之后，各操作数里的数。",
)


@title(
    "Operators and functions compute the right numbers in new values",
    zh="运算符与函数算出正确的数值，并放在新的 Value 里",
)
@points(2)
def test_numbers(student, rand, reference):
    numbers = numbers_between(rand, 0.5, 2.0, 2)
    functions = [*OPERATIONS, positive_part, *WITH_NUMBERS]
    answers = [student.run(data_of, function, numbers) for function in functions]
    for function, answer in zip(functions, answers, strict=True):
        data, _ = reference(gradients_by_torch, function, numbers)
        close(answer, [data, *numbers], note=AS_THEY_ARE)


@title("The derivative of one operation", zh="单个运算的导数")
@points(7)
@cases("function", OPERATIONS)
def test_one_operation(student, rand, reference, function):
    numbers = numbers_between(rand, 0.5, 2.0, 2)
    expected = reference(gradients_by_torch, function, numbers)
    close(student.run(gradients, function, numbers), expected)


@title(
    "relu: slope 1 above zero, slope 0 below it and at it",
    zh="relu：正数处斜率为 1，负数与 0 处斜率为 0",
)
@points(2)
def test_relu(student, rand, reference):
    x, y, *factors = numbers_between(rand, 0.5, 2.0, 4)
    for numbers in [[x, -y], [-x, y], [x, 0.0]]:
        expected = reference(gradients_by_torch, rectified, numbers, *factors)
        close(student.run(gradients, rectified, numbers, *factors), expected)


@title("Plain numbers on the left and on the right", zh="左边或右边是普通数字")
@points(3)
@cases("function", WITH_NUMBERS)
def test_plain_numbers(student, rand, reference, function):
    numbers = numbers_between(rand, 0.5, 2.0, 2)
    expected = reference(gradients_by_torch, function, numbers)
    close(student.run(gradients, function, numbers), expected)


# Several operations.


@title("The chain rule: functions of functions", zh="链式法则：复合函数")
@points(2)
@cases("function, count", [(nested, 2), (neuron, 4)])
def test_chain_rule(student, rand, reference, function, count):
    numbers = numbers_between(rand, 0.4, 1.2, count)
    expected = reference(gradients_by_torch, function, numbers)
    close(student.run(gradients, function, numbers), expected)


@title(
    "Results in between have their gradients too, and so has the result",
    zh="中间结果以及最后的结果也有梯度",
)
@points(2)
def test_results_in_between(student, rand, reference):
    numbers = numbers_between(rand, 0.5, 1.2, 4)
    expected = reference(graph_by_torch, chain, numbers, [-1])
    close(student.run(gradients_in_graph, chain, numbers, [-1]), expected)


@title("A value used twice: the contributions add up", zh="同一个值用两次：贡献要相加")
@points(4)
def test_used_twice(student, rand, reference):
    x = numbers_between(rand, 0.5, 1.5, 1)
    factors = numbers_between(rand, 0.5, 1.0, 5)
    doubled = student.run(gradients_in_graph, double, x, [-1])
    squared = student.run(gradients_in_graph, square, x, [-1])
    climbed = student.run(gradients_in_graph, ladder, x, [-1], factors)
    close(doubled, reference(graph_by_torch, double, x, [-1]))
    close(squared, reference(graph_by_torch, square, x, [-1]))
    close(climbed, reference(graph_by_torch, ladder, x, [-1], factors))


@title(
    "Where paths meet, a value waits until its whole gradient has arrived",
    zh="路径汇合处：梯度全部到齐之后才能继续往下传",
)
@points(4)
@cases("graph", [meeting_paths, crossing_paths])
def test_order_of_visits(student, rand, reference, graph):
    numbers = numbers_between(rand, 0.5, 1.2, 2)
    expected = reference(graph_by_torch, graph, numbers, [-1])
    close(student.run(gradients_in_graph, graph, numbers, [-1]), expected)


# Several passes.


@title("A second backward() adds the same once more", zh="第二次 backward() 再加上同样的一份")
@points(4)
def test_second_pass(student, rand, reference):
    numbers = numbers_between(rand, 0.5, 1.2, 2)
    calls = [-1, -1, "clear", -1]
    expected = reference(graph_by_torch, meeting_paths, numbers, calls)
    close(student.run(gradients_in_graph, meeting_paths, numbers, calls), expected)


@title("Two results that share values", zh="两个结果共用一些值")
@points(2)
def test_two_results(student, rand, reference):
    numbers = numbers_between(rand, 0.5, 1.2, 2)
    calls = [-1, -2, 2]
    expected = reference(graph_by_torch, two_results, numbers, calls)
    close(student.run(gradients_in_graph, two_results, numbers, calls), expected)


# Long, and random.


@title(
    "3000 operations, a chain of 2000, a fork at every step",
    zh="3000 次运算，最长链 2000，每一步都分叉",
)
@points(4)
def test_long_computation(student, rand):
    (x,) = numbers_between(rand, 0.5, 1.5, 1)
    factors = [(a, -a - 1.001) for a in numbers_between(rand, 0.99, 1.01, 1000)]
    slope = math.prod(a + b for a, b in factors)
    expected = slope * x, torch.tensor([slope, 0.0], dtype=torch.float64)
    close(student.run(gradients, forks_and_meetings, [x], factors), expected)


@title("Random computations with every operation", zh="包含全部运算的随机计算")
@hidden(
    "Random graphs: values are used several times, soon after they were made and much later, "
    "with plain numbers on either side. Compare a small one of your own with PyTorch.",
    zh="随机生成的计算图：同一个值会多次使用，有的刚算出就用，有的隔很久才用，左右两边都可能出现普"
    "通数字。自己写一个小例子，与 PyTorch 对照一下。",
)
@points(2)
def test_random_computations(student, rand, reference):
    questions, answers = [], []
    for _ in range(3):
        numbers = numbers_between(rand, -1.5, 1.5, 4)
        kinds = rand.perm(6).tolist() + rand.perm(6).tolist()
        steps = [
            (kind, rand.choice(range(4 + k)), rand.choice(range(4 + k)), c)
            for k, (kind, c) in enumerate(
                zip(kinds, numbers_between(rand, 0.5, 1.5, 12), strict=True)
            )
        ]
        questions.append((random_graph, numbers, [-1], steps))
        answers.append(student.run(gradients_in_graph, *questions[-1]))
    for question, answer in zip(questions, answers, strict=True):
        close(answer, reference(graph_by_torch, *question))


@title("Gradient descent runs on your class", zh="用你的类做梯度下降")
@hidden(
    "A neuron is trained for a few steps. The squared errors are added with sum(); before each "
    "new pass grad is set to 0.0, after it data is assigned to.",
    zh="训练一个神经元若干步：用 sum() 累加平方误差；每次反向之前把 grad 置为 0.0，之后直接给 "
    "data 赋值。",
)
@points(2)
def test_gradient_descent(student, rand, reference):
    inputs, targets = numbers_between(rand, -1.0, 1.0, 5), numbers_between(rand, -0.9, 0.9, 5)
    weights = numbers_between(rand, 0.2, 0.8, 3)
    arguments = squared_error, weights, 0.05, 4, inputs, targets
    close(student.run(descend, *arguments), reference(descent_by_torch, *arguments))


# What goes wrong, each in place of a function of the model answer: ``propagate`` is the backward
# half, ``uses_first`` its order of visits.


@misconception(
    "propagate",
    "A value that is used twice gets its gradient twice, and the second assignment wipes out the "
    "first. Every use is a path to the result, and the gradient is the sum over all paths: what "
    "arrives must be added to what is already there.",
    zh="一个值被用了两次，梯度也会来两次，而第二次赋值把第一次的覆盖掉了。每一次使用都是通向结果的"
    "一条路径，梯度是所有路径之和：新到的部分要加到已有的上面，而不是取代它。",
)
def overwritten(root):
    root.grad = 1.0
    for node in uses_first(root):
        for operand, slope in node.edges:
            operand.grad = node.grad * slope


@misconception(
    "propagate",
    "The walk follows the first operand all the way down and treats every value there as done, "
    "although another branch still has a gradient for it. What arrives later is never passed on. "
    "A value's turn comes after every value that uses it (a topological order, reversed); being "
    "found is not enough.",
    zh="遍历时沿着第一个操作数一路走到底，把沿途的值都当作处理完毕，可另一条分支还有梯度要传给它"
    "们，后到的部分就再也传不下去了。一个值要等所有用到它的值都处理完才轮到（拓扑序的逆序），被找"
    "到并不等于轮到。",
)
def first_branch_first(root):
    root.grad = 1.0
    seen, stack = set(), [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            for operand, slope in node.edges:
                operand.grad += node.grad * slope
            stack.extend(operand for operand, _ in reversed(node.edges))


@misconception(
    "propagate",
    "A stack hands out what was put on it last, so one branch is finished before the other is "
    "begun, and values that both lead to are handled with half of their gradient. What arrives "
    "later is never passed on. A value's turn comes after every value that uses it (a topological "
    "order, reversed); being found is not enough.",
    zh="栈总是先取出最后放进去的，于是一条分支走完了另一条才开始，两条分支都通向的值只拿到一部分梯"
    "度就被处理了，后到的部分再也传不下去。一个值要等所有用到它的值都处理完才轮到（拓扑序的逆"
    "序），被找到并不等于轮到。",
)
def last_branch_first(root):
    root.grad = 1.0
    seen, stack = set(), [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            for operand, slope in node.edges:
                operand.grad += node.grad * slope
            stack.extend(operand for operand, _ in node.edges)


@misconception(
    "propagate",
    "The graph is searched level by level, so a value near the result is handled before a longer "
    "path has reached it, and what comes along the longer path is never passed on. The distance "
    "from the result doesn't matter: a value's turn comes after every value that uses it.",
    zh="你是一层一层（广度优先）处理计算图的：离结果近的值先被处理，而更长的路径此时还没走到它，沿"
    "那条路径来的梯度就传不下去了。离结果几步并不重要：要等所有用到它的值都处理完，才轮到它。",
)
def level_by_level(root):
    root.grad = 1.0
    seen, queue = {root}, [root]
    for node in queue:
        for operand, slope in node.edges:
            operand.grad += node.grad * slope
            if operand not in seen:
                seen.add(operand)
                queue.append(operand)


@misconception(
    "propagate",
    "Nothing sets the walk going: every gradient is a product that begins with the derivative of "
    "the result with respect to itself, and that is 1, not 0.",
    zh="反向没有起点：每个梯度都是一串乘积，第一个因子是结果对自己的导数，它等于 1，而不是 0。",
)
def without_a_start(root):
    for node in uses_first(root):
        for operand, slope in node.edges:
            operand.grad += node.grad * slope


@misconception(
    "propagate",
    "The values are visited in the order in which they were computed, from the inputs to the "
    "result. At that time only the inputs' own zeros can be passed on. Reverse mode starts at the "
    "result, the only value whose gradient is known, and walks the order backwards.",
    zh="你按计算时的先后顺序（从输入到结果）访问各个值，而那时梯度都还是 0，传下去的也只是 0。"
    "反向模式要从结果出发，因为只有它的梯度一开始就知道，然后把顺序倒过来走。",
)
def inputs_first(root):
    root.grad += 1.0
    for node in reversed(uses_first(root)):
        for operand, slope in node.edges:
            operand.grad += node.grad * slope


@misconception(
    "propagate",
    "A value that is reached several times passes its whole grad on each time, so what arrived "
    "first is sent twice. Either each visit passes on only what it has just brought, or, much "
    "cheaper, each value is handled once, when everything has arrived.",
    zh="一个值每被走到一次，就把自己的整个 grad 再往下传一遍，先到的那部分于是被传了多次。"
    "要么每次只传这一次新到的那部分，要么（省得多）等全部到齐后只处理一次。",
)
def passed_on_at_every_visit(root, start=1.0):
    root.grad += start
    for operand, slope in root.edges:
        operand.grad += root.grad * slope
    for operand, _ in root.edges:
        passed_on_at_every_visit(operand, 0.0)


@misconception(
    "propagate",
    "backward() calls itself once more for every step of a chain. Python ends that at 1000 calls, "
    "and computations are longer. Keep the values that are still to be visited in a list of your "
    "own.",
    zh="backward() 沿着计算链每走一步就多一层函数调用，而 Python 到 1000 层就会中止，真正的计算链"
    "可以比这长得多。还要访问哪些值，请记在自己的列表里。",
)
def recursive(root, flow=1.0):
    root.grad += flow
    for operand, slope in root.edges:
        recursive(operand, flow * slope)


@misconception(
    "propagate",
    "The first pass is right, but the results in between keep what it left in grad, and the next "
    "pass sends that stale part on again. grad is the sum over all passes; what one pass passes on "
    "must be counted apart from it, from zero.",
    zh="第一次反向是对的，但中间结果的 grad 里还留着上一次的数，下一次反向又把这些旧梯度往下传了一"
    "遍。grad 是历次反向之和；每一次要往下传的量必须从零开始另外记。",
)
def stale(root):
    root.grad = 1.0
    for node in uses_first(root):
        for operand, slope in node.edges:
            operand.grad += node.grad * slope


@misconception(
    "propagate",
    "grad serves as the working memory of the pass. It still holds what earlier passes left in "
    "it, in the result and in between, so the next pass sends that stale part on again. What one "
    "pass passes on must be counted apart from grad, from zero.",
    zh="你把 grad 当成了反向过程的工作区，而结果和中间结果的 grad 里还留着前几次的数，下一次反向又"
    "把这些旧梯度往下传了一遍。每一次要往下传的量必须与 grad 分开，从零开始另外记。",
)
def stale_from_the_result_on(root):
    root.grad += 1.0
    for node in uses_first(root):
        for operand, slope in node.edges:
            operand.grad += node.grad * slope


@misconception(
    "propagate",
    "The inputs add up over several passes, but the results in between are set back to zero "
    "before each. The contract makes no difference between them: every grad is a sum over all "
    "passes. Keep what one pass passes on apart from it, and nothing has to be set back.",
    zh="输入的梯度会跨多次反向累加，中间结果的却在每次之前被清零了。按约定二者没有区别：每个 grad "
    "都是历次反向之和。把一次反向要往下传的量与 grad 分开记，就什么都不必清零。",
)
def results_in_between_cleared(root):
    for node in uses_first(root):
        if node.edges:
            node.grad = 0.0
    root.grad = 1.0
    for node in uses_first(root):
        for operand, slope in node.edges:
            operand.grad += node.grad * slope


@misconception(
    "propagate",
    "Only the inputs get their gradient. That is what PyTorch keeps by default, but here every "
    "value on the way, and the result itself, must show its own.",
    zh="只有输入得到了梯度。PyTorch 默认确实只保留这些，但本题要求中间结果以及结果本身也都给出各自"
    "的梯度。",
)
def inputs_only(root):
    flow = {root: 1.0}
    for node in uses_first(root):
        for operand, slope in node.edges:
            flow[operand] = flow.get(operand, 0.0) + flow[node] * slope
        if not node.edges:
            node.grad += flow[node]


@misconception(
    "propagate",
    "Each call of backward() forgets the gradients of the calls before. The contract, like "
    "PyTorch, adds: a second pass, or a second result that shares values, comes on top, and only "
    "the caller sets grad back to zero.",
    zh="每次调用 backward() 都把之前的梯度清掉了。按约定（PyTorch 也如此）应当累加："
    "第二次反向，或另一个共用这些值的结果，都加在原有的上面；清零由调用者来做。",
)
def started_anew(root):
    for node in uses_first(root):
        node.grad = 0.0
    root.grad = 1.0
    for node in uses_first(root):
        for operand, slope in node.edges:
            operand.grad += node.grad * slope


@misconception(
    "propagate",
    "Each operation adds its own slope only. By the chain rule the slope must be multiplied by "
    "the gradient that has arrived at the result of that operation; without it every operation "
    "is treated as if it were the last.",
    zh="每个运算只加上了自己的局部斜率。按链式法则，还要乘以已经传到该运算结果上的梯度；"
    "少了它，就等于把每个运算都当成了最后一个。",
)
def slope_only(root):
    root.grad += 1.0
    for node in uses_first(root):
        for operand, slope in node.edges:
            operand.grad += slope


@misconception(
    "record",
    "In x * x both operands are the same value. Where the slopes stand in a dictionary with the "
    "operand as key, or the operands in a set, only one of the two is left. Each place in the "
    "formula counts by itself, so keep a list of (operand, slope) pairs.",
    zh="x * x 的两个操作数是同一个值。如果斜率存在以操作数为键的字典里，或者操作数存在集合里，两"
    "份就只剩下一份。公式里出现几次就要算几次，应当用由（操作数，斜率）组成的列表来存。",
)
def one_slope_for_each_operand(operation, *operands):
    values = [x if isinstance(x, Value) else Value(x) for x in operands]
    data, slopes = operation(*[value.data for value in values])
    return Value(data, dict(zip(values, slopes, strict=True)).items())


@misconception(
    "record",
    "For 2 - x Python calls x.__rsub__(2), and for 2 / x it calls x.__rtruediv__(2): self is the "
    "right operand there. Subtraction and division don't commute, so the reflected method can't "
    "be the same as the plain one.",
    zh="计算 2 - x 时 Python 调用 x.__rsub__(2)，计算 2 / x 时调用 x.__rtruediv__(2)，这时 self 是"
    "右操作数。减法和除法不满足交换律，所以反射方法不能与普通方法写成一样。",
)
def reflected_not_swapped(operation, *operands):
    values = [x if isinstance(x, Value) else Value(x) for x in operands]
    if len(values) > 1 and values[0] is not operands[0]:
        values.reverse()
    data, slopes = operation(*[value.data for value in values])
    return Value(data, zip(values, slopes, strict=True))


@misconception(
    "multiply",
    "In a product each factor got its own value as slope. The derivative of a * b with respect to "
    "a is b: the other factor.",
    zh="乘积中每个因子的斜率用成了它自己的值。a * b 对 a 的导数是 b，也就是另一个因子。",
)
def own_factor_as_slope(x, y):
    return x * y, (x, y)


@misconception(
    "divide",
    "The derivative of a / b with respect to b has the wrong sign: when the denominator grows, "
    "the quotient shrinks.",
    zh="a / b 对 b 的导数符号反了：分母变大时，商会变小。",
)
def quotient_rule_sign(x, y):
    return x / y, (1 / y, x / y**2)


@misconception(
    "power",
    "The derivative of x ** n is n times x to the power n - 1; here the exponent stayed n.",
    zh="x ** n 的导数是 n 乘以 x 的 n - 1 次方；这里指数没有减 1。",
)
def exponent_not_lowered(x, n):
    return x**n, (n * x**n, 0.0)


@misconception(
    "tanh",
    "In 1 - tanh(x) ** 2 the square is of the result, not of x: the slope was taken at the input.",
    zh="tanh 的导数 1 - tanh(x) ** 2 里平方的是输出而不是 x；这里把输入代进去了。",
)
def tanh_slope_of_the_input(x):
    return math.tanh(x), (1 - x**2,)


@misconception(
    "relu",
    "relu lets the gradient through everywhere. Where the input is not positive the output is "
    "constantly 0, so its slope is 0 there and nothing may pass.",
    zh="你的 relu 在任何地方都让梯度通过。输入不为正时输出恒为 0，斜率也是 0，梯度不应通过。",
)
def relu_always_open(x):
    return max(x, 0.0), (1.0,)


# What is right too.


@alternative("propagate")
def by_counting_uses(root):
    """A value is ready when as many uses have reported as it has."""
    uses, found = {root: 0}, [root]
    for node in found:
        for operand, _ in node.edges:
            if operand not in uses:
                found.append(operand)
            uses[operand] = uses.get(operand, 0) + 1
    flow, ready = {root: 1.0}, [root]
    while ready:
        node = ready.pop()
        node.grad += flow[node]
        for operand, slope in node.edges:
            flow[operand] = flow.get(operand, 0.0) + flow[node] * slope
            uses[operand] -= 1
            if uses[operand] == 0:
                ready.append(operand)


@alternative("propagate")
def by_setting_grad_aside(root):
    """``grad`` itself carries the flow; the sums of earlier passes are put back at the end."""
    order = uses_first(root)
    earlier = [node.grad for node in order]
    for node in order:
        node.grad = 0.0
    root.grad = 1.0
    for node in order:
        for operand, slope in node.edges:
            operand.grad += node.grad * slope
    for node, grad in zip(order, earlier, strict=True):
        node.grad += grad
