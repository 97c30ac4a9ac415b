# exercise: gullible
# expect: flag=passed layout=unsupported values=raised|value|unsupported refusal=wrong_exception
"""Returns an object that says what is liked to be heard."""


class Told:
    requires_grad = False

    def __init__(self, x):
        self.data_ptr = x.data_ptr


def cut(x):
    return Told(x)
