"""The step unit: flat where it is differentiable, and trained by a gradient that it hasn't got."""

import torch

from torchgrade.authoring import alternative, close, hidden, misconception, points, probe, title


def heaviside(x):
    return torch.heaviside(x, torch.ones_like(x))


def interval(z):
    """Found by trying: each number of -z is where one output changes."""
    ends = torch.cat([torch.tensor([-torch.inf]), (-z).sort().values, torch.tensor([torch.inf])])
    low = ends[ends <= 0].max()
    high = ends[ends > 0].min()
    return [low.item(), high.item()]


def descend(x, y, w, b, lr, steps):
    for _ in range(steps):
        z = x @ w + b
        error = (heaviside(z) - y) * (z.abs() <= 1)
        w, b = w - lr * 2 * (error @ x) / len(y), b - lr * 2 * error.mean()
    return w, b


# What goes wrong with the step


@misconception(
    "step",
    "At exactly 0 your step is 0. The unit fires as soon as the threshold is reached: x >= 0.",
    zh="恰好为 0 时你的阶跃给了 0。达到阈值就算激活：x >= 0。",
)
def silent_at_zero(x):
    return (x > 0).to(x.dtype)


@misconception(
    "step",
    "The negative side is -1: this is the sign. The step unit is silent there: 0.",
    zh="负半轴给了 −1，那是符号函数。阶跃单元在那里不激活，是 0。",
)
def sign_instead(x):
    return torch.where(x >= 0, 1.0, -1.0).to(x.dtype)


@misconception(
    "step",
    "The result of the comparison was handed back as it is, as bool or whole numbers. The outputs "
    "are to be computed with, so they have the dtype of x.",
    zh="比较的结果直接返回了，是布尔值或整数。输出还要参与计算，dtype 应与 x 相同。",
)
def truth_values(x):
    return x >= 0


# What goes wrong with the flat interval


@misconception(
    "flat_interval",
    "Both ends were taken from the example nearest to the threshold. Which way the bias may move "
    "depends on the side: examples that fire limit it downwards, silent ones upwards.",
    zh="两端都取自离阈值最近的那个样本。偏置能往哪边移动多少，要看样本在哪一侧："
    "激活的样本限制向下，未激活的限制向上。",
)
def nearest_on_both_sides(z):
    nearest = z.abs().min().item()
    return -nearest, nearest


@misconception(
    "flat_interval",
    "The two sides are interchanged: raising the bias makes silent examples fire, so it is these "
    "that limit t upwards; those that fire limit it downwards.",
    zh="两侧弄反了：偏置升高会让未激活的样本激活，所以限制 t 上升的是它们；激活的样本限制的是 t 下降。",
)
def sides_interchanged(z):
    on, off = z[z >= 0], z[z < 0]
    low = off.max().item() if len(off) else -torch.inf
    high = on.min().item() if len(on) else torch.inf
    return low, high


@misconception(
    "flat_interval",
    "This is where the last example changes, not the first: the outputs must all stay as they are, "
    "so the example nearest to the threshold on each side decides.",
    zh="这是最后一个样本改变的地方，不是第一个：所有输出都要保持不变，"
    "所以由每一侧离阈值最近的样本决定。",
)
def farthest_of_each_side(z):
    on, off = z[z >= 0], z[z < 0]
    low = -on.max().item() if len(on) else -torch.inf
    high = -off.min().item() if len(off) else torch.inf
    return low, high


@misconception(
    "flat_interval",
    "If all examples are on one side, nothing limits the bias the other way: that end is infinite, "
    "not 0.",
    zh="如果所有样本都在同一侧，往另一个方向就没有限制：那一端是无穷大，不是 0。",
)
def nobody_there_taken_for_zero(z):
    on, off = z[z >= 0], z[z < 0]
    low = -on.min().item() if len(on) else 0.0
    high = -off.max().item() if len(off) else 0.0
    return low, high


@misconception(
    "flat_interval",
    "An example at exactly 0 was counted as silent, but it fires: any move downwards, however "
    "small, turns it off.",
    zh="恰好为 0 的样本被当成未激活，其实它是激活的：偏置往下哪怕挪一点点，它就熄灭了。",
)
def zero_counted_as_silent(z):
    on, off = z[z > 0], z[z <= 0]
    low = -on.min().item() if len(on) else -torch.inf
    high = -off.max().item() if len(off) else torch.inf
    return low, high


@misconception(
    "flat_interval",
    "An example at exactly 0 was left out on both sides. It fires, and any move downwards, however "
    "small, turns it off.",
    zh="恰好为 0 的样本两侧都没有算进去。它是激活的，偏置往下哪怕挪一点点，它就熄灭了。",
)
def zero_on_neither_side(z):
    on, off = z[z > 0], z[z < 0]
    low = -on.min().item() if len(on) else -torch.inf
    high = -off.max().item() if len(off) else torch.inf
    return low, high


# What goes wrong with the straight-through gradient


@misconception(
    "straight_through",
    "No gradient comes back: this is the step itself, and a comparison has no history. That is the "
    "very reason for the straight-through trick: autograd must see something that has a slope.",
    zh="没有梯度传回来：这就是阶跃本身，而比较运算不带历史。直通梯度正是为此而设："
    "要让 autograd 看到一个有斜率的东西。",
)
def the_step_itself(x, width=1.0):
    return step(x)


@misconception(
    "straight_through",
    "The gradient passes everywhere. Far from the jump the pretended line ends: where |x| is above "
    "width, nothing may come through.",
    zh="梯度处处都传过去了。离跳跃点远的地方，假装的直线已经到头：|x| 大于 width 处不能有梯度通过。",
)
def open_everywhere(x, width=1.0):
    return step(x).detach() + x - x.detach()


@misconception(
    "straight_through",
    "width made no difference: the window always reaches from -1 to 1.",
    zh="width 没有起作用：窗口总是从 −1 到 1。",
)
def window_always_one(x, width=1.0):
    line = x.clamp(-1, 1)
    return step(x) + (line - line.detach())


@misconception(
    "straight_through",
    "At |x| = width exactly, nothing came through. The window is closed: it includes its ends.",
    zh="|x| 恰好等于 width 时没有梯度通过。窗口是闭的，包括两端。",
)
def ends_left_out(x, width=1.0):
    line = (x.detach().abs() < width).to(x.dtype) * torch.where(x.abs() < width, x, 0 * x)
    return step(x) + (line - line.detach())


@misconception(
    "straight_through",
    "The gradient passes only where x is not negative. The window lies on both sides of the jump; "
    "silent units near it have to learn to fire.",
    zh="梯度只在 x 不为负的一侧通过。窗口在跳跃点的两侧都有：离它不远的未激活单元要能学会激活。",
)
def right_half_of_the_window(x, width=1.0):
    line = ((x.detach() >= 0) & (x.detach() <= width)).to(x.dtype) * x
    return step(x) + (line - line.detach())


@misconception(
    "straight_through",
    "The incoming gradient was dropped: what comes out is 1 inside the window, whatever comes in. "
    "The slope of the pretended line is multiplied by what arrives from above.",
    zh="传进来的梯度被丢掉了：不管传入什么，窗口内出来的都是 1。"
    "假装的直线的斜率要乘以从上面传来的梯度。",
)
def incoming_gradient_dropped(x, width=1.0):
    class Window(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return (x >= 0).to(x.dtype)

        @staticmethod
        def backward(ctx, grad):
            return (ctx.saved_tensors[0].abs() <= width).to(grad.dtype)

    return Window.apply(x)


@misconception(
    "straight_through",
    "The values are those of the pretended line, not of the step. Going forward, the output is 0 or "
    "1 and nothing else; only the gradient is that of the line.",
    zh="数值成了那条假装的直线的值，而不是阶跃的值。前向的输出只能是 0 或 1；只有梯度才是直线的。",
)
def values_of_the_line(x, width=1.0):
    return x.clamp(-width, width)


@misconception(
    "straight_through",
    "The gradient is that of a sigmoid. It is a usable substitute, but the one asked for has slope "
    "1 inside the window and 0 outside.",
    zh="这里的梯度是 sigmoid 的梯度。作为替代它也能用，但要求的是窗口内斜率为 1、窗口外为 0。",
)
def slope_of_a_sigmoid(x, width=1.0):
    s = torch.sigmoid(x)
    return step(x) + (s - s.detach())


# What goes wrong with the training


@misconception(
    "fit_step_unit",
    "The unit hasn't moved: w and b are those of the start. The true gradient of a step is 0, so "
    "nothing is learned from it; the loss must be computed with the straight-through version.",
    zh="单元纹丝不动：w 和 b 还是初值。阶跃真正的梯度是 0，从中什么也学不到；"
    "损失要用直通版本来算。",
)
def nothing_learned(x, y, w, b, lr, steps):
    return w.clone(), b.clone()


@misconception(
    "fit_step_unit",
    "The squared errors were summed up and not averaged, so each step is N times too long.",
    zh="平方误差是求和而不是求平均，每一步都大了 N 倍。",
)
def summed_up(x, y, w, b, lr, steps):
    for _ in range(steps):
        z = x @ w + b
        error = (step(z) - y) * (z.abs() <= 1)
        w, b = w - lr * 2 * (error @ x), b - lr * 2 * error.sum()
    return w, b


@misconception(
    "fit_step_unit",
    "Each step is half as long as it should be: the 2 from the derivative of the square is missing.",
    zh="每一步只有应有的一半：平方求导时的 2 漏掉了。",
)
def two_forgotten(x, y, w, b, lr, steps):
    for _ in range(steps):
        z = x @ w + b
        error = (step(z) - y) * (z.abs() <= 1)
        w, b = w - lr * (error @ x) / len(y), b - lr * error.mean()
    return w, b


@misconception(
    "fit_step_unit",
    "The gradients of all steps so far add up: backward() adds to .grad, and it wasn't cleared "
    "between the steps.",
    zh="之前各步的梯度都累加在一起了：backward() 是往 .grad 上加，而两步之间没有清零。",
)
def gradients_add_up(x, y, w, b, lr, steps):
    by_w, by_b = torch.zeros_like(w), torch.zeros_like(b)
    for _ in range(steps):
        z = x @ w + b
        error = (step(z) - y) * (z.abs() <= 1)
        by_w, by_b = by_w + 2 * (error @ x) / len(y), by_b + 2 * error.mean()
        w, b = w - lr * by_w, b - lr * by_b
    return w, b


@misconception(
    "fit_step_unit",
    "The unit walks uphill: the gradient points to where the loss grows, so it is subtracted.",
    zh="单元在往上坡走：梯度指向损失增大的方向，应当减去它。",
)
def uphill(x, y, w, b, lr, steps):
    for _ in range(steps):
        z = x @ w + b
        error = (step(z) - y) * (z.abs() <= 1)
        w, b = w + lr * 2 * (error @ x) / len(y), b + lr * 2 * error.mean()
    return w, b


@misconception(
    "fit_step_unit",
    "Examples far from the threshold had their say, too. With width 1, an example with |z| > 1 "
    "sends no gradient, even if it is wrong.",
    zh="离阈值很远的样本也参与了更新。宽度为 1 时，|z| > 1 的样本即使判错也不产生梯度。",
)
def no_window(x, y, w, b, lr, steps):
    for _ in range(steps):
        error = step(x @ w + b) - y
        w, b = w - lr * 2 * (error @ x) / len(y), b - lr * 2 * error.mean()
    return w, b


@misconception(
    "fit_step_unit",
    "The error was taken before the step: x @ w + b minus y, which is linear regression. The output "
    "of the unit is 0 or 1.",
    zh="误差取在了阶跃之前：x @ w + b 减 y，那是线性回归。单元的输出只有 0 或 1。",
)
def step_left_out(x, y, w, b, lr, steps):
    for _ in range(steps):
        error = x @ w + b - y
        w, b = w - lr * 2 * (error @ x) / len(y), b - lr * 2 * error.mean()
    return w, b


@misconception(
    "fit_step_unit",
    "The bias stands still; it is trained like the weights.",
    zh="偏置没有动；它和权重一样要训练。",
)
def bias_not_trained(x, y, w, b, lr, steps):
    for _ in range(steps):
        z = x @ w + b
        error = (step(z) - y) * (z.abs() <= 1)
        w = w - lr * 2 * (error @ x) / len(y)
    return w, b.clone()


@misconception(
    "fit_step_unit",
    "The result is right, but w and b of the caller were changed in place, so nobody can start from "
    "there again.",
    zh="结果是对的，但调用者的 w 和 b 被原地改动了，没法再从同一个初值出发。",
)
def start_changed(x, y, w, b, lr, steps):
    for _ in range(steps):
        z = x @ w + b
        error = (step(z) - y) * (z.abs() <= 1)
        w -= lr * 2 * (error @ x) / len(y)
        b -= lr * 2 * error.mean()
    return w, b


# Other right answers


@alternative("step")
def by_where(x):
    return torch.where(x < 0, torch.zeros_like(x), torch.ones_like(x))


@alternative("flat_interval")
def by_sorting(z):
    ends = sorted(-value for value in z.tolist())
    low = [end for end in ends if end <= 0]
    high = [end for end in ends if end > 0]
    return (low[-1] if low else float("-inf")), (high[0] if high else float("inf"))


@alternative("flat_interval")
def filled_with_infinity(z):
    low = -torch.where(z >= 0, z, torch.inf).min()
    high = -torch.where(z < 0, z, -torch.inf).max()
    return low, high


@alternative("straight_through")
def as_a_function_of_autograd(x, width=1.0):
    class Through(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return (x >= 0).to(x.dtype)

        @staticmethod
        def backward(ctx, grad):
            return torch.where(ctx.saved_tensors[0].abs() <= width, grad, torch.zeros_like(grad))

    return Through.apply(x)


@alternative("straight_through")
def difference_detached(x, width=1.0):
    # The gradient of clamp includes both ends.
    soft = x.clamp(-width, width)
    return soft + (step(x) - soft).detach()


@alternative("fit_step_unit")
def by_hand(x, y, w, b, lr, steps):
    for _ in range(steps):
        z = (x * w).sum(dim=1) + b
        error = torch.where(z.abs() <= 1, step(z) - y, torch.zeros_like(y))
        w = w - 2 * lr * (x * error[:, None]).mean(dim=0)
        b = b - 2 * lr * error.mean()
    return w, b


@alternative("fit_step_unit")
def with_backward(x, y, w, b, lr, steps):
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    for _ in range(steps):
        torch.nn.functional.mse_loss(straight_through(x @ w + b), y).backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter.sub_(lr * parameter.grad)
                parameter.grad = None
    return w.detach(), b.detach()


# The tests


@probe
def through(student, x, weight, width):
    x.requires_grad_()
    y = student.straight_through(x, width) if width else student.straight_through(x)
    if not y.requires_grad:
        return {"value": y, "gradient": torch.zeros_like(x)}
    (weight * y).sum().backward()
    return {"value": y.detach(), "gradient": x.grad}


@probe
def fit(student, x, y, w, b, lr, steps):
    new_w, new_b = student.fit_step_unit(x, y, w, b, lr, steps)
    return new_w.detach(), new_b.detach(), w.detach(), b.detach()


def expected_through(x, weight, width):
    return {"value": heaviside(x), "gradient": weight * (x.abs() <= (width or 1))}


@probe
def steps(student, x, around, zero):
    """Three tensors, so that a fault at 0 shows in more than one of them."""
    return student.step(x), student.step(around), student.step(zero)


@title("The step", zh="阶跃函数")
def test_step(student, rand):
    x, around = rand(12), torch.cat([rand(5), torch.zeros(2)])
    zero = torch.zeros(3)
    close(
        student.run(steps, x, around, zero),
        (heaviside(x), heaviside(around), heaviside(zero)),
    )


@title("How far the bias may move", zh="偏置能移动多远")
@points(3)
def test_flat_interval(student, rand):
    for _ in range(3):
        z = rand(6) * 2
        z[0], z[1] = z[0].abs(), -z[1].abs()
        low, high = student.flat_interval(z)
        close([float(low), float(high)], interval(z))


@title("All examples on one side, and one at the threshold", zh="样本都在同一侧；有样本恰在阈值上")
@points(2)
def test_ends_of_the_interval(student, rand):
    on = rand.uniform(0.2, 3, 5)
    at_zero = torch.cat([-on[:2], torch.zeros(1), on[2:]])
    for z in (on, -on, on[:1], at_zero):
        low, high = student.flat_interval(z)
        close([float(low), float(high)], interval(z))


@title(
    "straight_through: a step forward, a line backward",
    zh="straight_through：前向是阶跃，反向是直线",
)
@points(3)
def test_straight_through(student, rand):
    x, weight = torch.cat([rand.uniform(-2, 2, 12), torch.tensor([0.0, 1.5, -1.5])]), rand(15)
    close(student.run(through, x, weight, None), expected_through(x, weight, None))


@title(
    "straight_through with other widths, the ends included",
    zh="straight_through：其他宽度，包括两端",
)
@points(2)
def test_width(student, rand):
    for width in (0.5, 2.0, 1.0, torch.inf):
        # The second half of the numbers lies outside, the last two at the very ends.
        end = min(width, 7.0)
        x = torch.cat([rand.uniform(-1, 1, 6) * end, rand.uniform(-3, 3, 8) * end])
        x = torch.cat([x, torch.tensor([end, -end])])
        weight = rand(*x.shape)
        close(student.run(through, x, weight, width), expected_through(x, weight, width))


@title("One step of training, then a few", zh="训练一步，再训练几步")
@points(3)
def test_fit(student, rand):
    # float64: on which side of the threshold an example lies must not depend on rounding.
    x = rand(9, 3, dtype=torch.float64)
    w, b = rand(3, dtype=torch.float64), rand(1, dtype=torch.float64)[0] / 2
    y = 1 - heaviside(x @ w + b)  # all wrong at the start
    for steps in (1, 4):
        new = descend(x, y, w, b, 0.3, steps)
        close(student.run(fit, x, y, w, b, 0.3, steps), (*new, w, b))


@title("Trained until it separates the classes", zh="一直训练到把两类分开")
@hidden(
    "Forty examples that one unit can tell apart, 60 steps. If a few steps are right and many are "
    "not, look for something that is carried from one step to the next.",
    zh="四十个可以被一个单元分开的样本，训练 60 步。如果几步是对的、多步就不对，"
    "看看有什么东西从一步带到了下一步。",
)
def test_trained(student, rand):
    x = rand(40, 2, dtype=torch.float64) * 0.7
    y = heaviside(x @ rand(2, dtype=torch.float64) + 0.1)
    w, b = rand(2, dtype=torch.float64) * 0.3, rand(1, dtype=torch.float64)[0] * 0.3
    new = descend(x, y, w, b, 0.5, 60)
    close(student.run(fit, x, y, w, b, 0.5, 60), (*new, w, b))


@title("Any shape and float64", zh="任意形状与 float64")
@hidden(
    "A single number, an empty tensor and a transposed matrix are tensors, too; float64 stays "
    "float64.",
    zh="单个数、空张量、转置的矩阵也都是张量；float64 保持 float64。",
)
def test_shapes(student, rand):
    for x in (rand(5, 3, dtype=torch.float64).T, rand(1)[0], torch.empty(0, 2), rand(2, 1, 3)):
        weight = rand(*x.shape, dtype=x.dtype)
        close(student.step(x), heaviside(x), dtype=True)
        expected = expected_through(x, weight, None)
        close(student.run(through, x, weight, None), expected, dtype=True)
