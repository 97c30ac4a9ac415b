def row_major_strides(shape):
    shape = tuple(shape)
    if not shape:
        return ()
    rest = row_major_strides(shape[1:])
    return (rest[0] * shape[1] if rest else 1, *rest)


def flat_offset(index, stride, start=0):
    if len(index) == 0:
        return start
    return flat_offset(index[1:], stride[1:], start + index[0] * stride[0])


def coordinates(offset, shape):
    if len(shape) == 0:
        return ()
    rest, last = divmod(offset, shape[-1])
    return (*coordinates(rest, shape[:-1]), last)


def permuted(shape, stride, order):
    if len(order) == 0:
        return (), ()
    s, t = permuted(shape, stride, order[1:])
    return (shape[order[0]], *s), (stride[order[0]], *t)


def pixel_offset(images, n, c, h, w):
    return (images[n, c, h, w].data_ptr() - images.untyped_storage().data_ptr()) // 4
