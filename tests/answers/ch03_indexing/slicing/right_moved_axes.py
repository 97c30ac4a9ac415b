"""Image axes first, so that the slices need no ellipsis."""


def front(x):
    return x.movedim((-2, -1), (0, 1))


def back(x):
    return x.movedim((0, 1), (-2, -1))


def last_pixel(image):
    return image[-1][-1]


def row(x, i):
    return front(x)[i].movedim(0, -1)


def column(x, j):
    return front(x)[:, j].movedim(0, -1)


def window(x, top, left, height, width):
    return back(front(x)[top:][:height, left:][:, :width])


def thumbnail(x, rows, columns):
    return back(front(x)[::rows, ::columns])


def mosaic(x):
    y = front(x)
    return back(y[::2, ::2]), back(y[::2, 1::2]), back(y[1::2, ::2]), back(y[1::2, 1::2])


def paint(x, top, left, patch):
    part = window(x, top, left, *patch.shape)
    part.zero_()
    part += patch
