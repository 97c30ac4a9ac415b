# exercise: gate
# expect: *=raised|syntax|import
"""A syntax error at run time, in the file's own name."""


def double(x):
    exec(compile("1 +", __file__, "exec"))
