"""The wall: student code in processes of its own, and data as all that comes back.

`worker` and `wire` are the only modules that live beside student code; they import nothing
else of the engine. `client` is the trusted side.
"""
