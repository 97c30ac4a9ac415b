"""The kernel's own calls that the jail is made of, as thin functions over ctypes.

Owns system-call numbers and structures, and no policy: what is allowed to whom stands in
`torchgrade.sandbox.jail`. Every function raises OSError with the name of the call.
"""

from __future__ import annotations

import ctypes
import os
import struct

__all__ = [
    "CLONE_NEWCGROUP",
    "CLONE_NEWIPC",
    "CLONE_NEWNET",
    "CLONE_NEWNS",
    "CLONE_NEWPID",
    "CLONE_NEWUSER",
    "CLONE_NEWUTS",
    "become_subreaper",
    "bind",
    "close_from",
    "die_with_parent",
    "drop_capabilities",
    "fill_holes",
    "has_capability_sys_admin",
    "huge_pages",
    "keep_freed_memory",
    "landlock_abi",
    "landlock_add_path",
    "landlock_create",
    "landlock_restrict",
    "load_seccomp",
    "map_only",
    "mount",
    "no_new_privileges",
    "pivot_root",
    "private_mounts",
    "read_only",
    "set_dumpable",
    "set_hostname",
    "set_namespace",
    "unmount",
    "unshare",
]

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

_MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_MNT_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID, _MOUNT_ATTR_NODEV = 1, 2, 4

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4
_MADV_COLLAPSE = 25
_HUGE = 2 << 20
# What is asked for so that every free block between used ones is taken: the C library has a list
# for each 16 bytes up to about a kilobyte and coarser ones above.
_BLOCKS = (*(1 << n for n in range(16, 10, -1)), *range(1032, 23, -16))

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_CAP_SYS_ADMIN = 21
_LINUX_CAPABILITY_VERSION_3 = 0x20080522

# Numbers that are the same on every architecture (unified since Linux 5.0).
_SYS_MOUNT_SETATTR = 442
_SYS_LANDLOCK_CREATE_RULESET = 444
_SYS_LANDLOCK_ADD_RULE = 445
_SYS_LANDLOCK_RESTRICT_SELF = 446
_SYS_CLOSE_RANGE = 436
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
_SYS_CAPGET = {"x86_64": 125, "aarch64": 90}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _check(result: int, name: str) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _number(table: dict[str, int], name: str) -> int:
    machine = os.uname().machine
    try:
        return table[machine]
    except KeyError:
        raise OSError(38, f"{name}: its number is not known on {machine}") from None


def unshare(flags: int) -> None:
    """Leave the namespaces named by ``flags`` (``CLONE_NEW*``) for new ones."""
    _check(_libc.unshare(ctypes.c_int(flags)), "unshare")


def set_namespace(descriptor: int, kind: int) -> None:
    """Enter the namespace that ``descriptor`` refers to; for PID: children will be in it."""
    _check(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)), "setns")


def map_only(inside: int, user: int, group: int) -> None:
    """Map one user and group of the parent namespace to ``inside``, and nothing else."""
    for name, value in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {user} 1"),
        ("gid_map", f"{inside} {group} 1"),
    ):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        try:
            os.write(descriptor, value.encode())
        finally:
            os.close(descriptor)


def mount(source: str, target: str, kind: str, options: str = "", *, noexec: bool = False) -> None:
    """Mount a file system of type ``kind``, always without set-uid and devices."""
    flags = _MS_NOSUID | _MS_NODEV | (_MS_NOEXEC if noexec else 0)
    result = _libc.mount(
        source.encode(), os.fsencode(target), kind.encode(), ctypes.c_ulong(flags), options.encode()
    )
    _check(result, f"mount {kind} on {target}")


def bind(source: str, target: str) -> None:
    """Make the tree at ``source`` visible at ``target`` too, its submounts included."""
    flags = ctypes.c_ulong(_MS_BIND | _MS_REC)
    result = _libc.mount(os.fsencode(source), os.fsencode(target), None, flags, None)
    _check(result, f"bind {source} to {target}")


def private_mounts() -> None:
    """Stop mounts made from here on from spreading to the namespace that was left."""
    flags = ctypes.c_ulong(_MS_REC | _MS_PRIVATE)
    _check(_libc.mount(None, b"/", None, flags, None), "make mounts private")


def read_only(target: str, *, devices: bool = False, recursive: bool = True) -> None:
    """Make a mounted tree read-only, without set-uid and (unless asked for) devices."""
    attributes = _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID | (0 if devices else _MOUNT_ATTR_NODEV)
    request = struct.pack("=QQQQ", attributes, 0, 0, 0)
    result = _libc.syscall(
        ctypes.c_long(_SYS_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        ctypes.c_char_p(os.fsencode(target)),
        ctypes.c_uint(_AT_RECURSIVE if recursive else 0),
        request,
        ctypes.c_size_t(len(request)),
    )
    _check(result, f"make {target} read-only")


def pivot_root(new: str, old: str) -> None:
    """Make the mount at ``new`` the root; the former root goes to ``old`` beneath it."""
    number = _number(_SYS_PIVOT_ROOT, "pivot_root")
    result = _libc.syscall(
        ctypes.c_long(number), ctypes.c_char_p(os.fsencode(new)), ctypes.c_char_p(os.fsencode(old))
    )
    _check(result, "pivot_root")


def unmount(target: str) -> None:
    """Detach the tree mounted at ``target``, at once and whoever uses it."""
    _check(_libc.umount2(os.fsencode(target), ctypes.c_int(_MNT_DETACH)), f"unmount {target}")


def set_hostname(name: str) -> None:
    encoded = name.encode()
    _check(_libc.sethostname(encoded, ctypes.c_size_t(len(encoded))), "sethostname")


def _prctl(option: int, argument: int, name: str) -> None:
    result = _libc.prctl(
        ctypes.c_int(option),
        ctypes.c_ulong(argument),
        ctypes.c_ulong(0),
        ctypes.c_ulong(0),
        ctypes.c_ulong(0),
    )
    _check(result, name)


def die_with_parent(signal_number: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, signal_number, "prctl PR_SET_PDEATHSIG")


def set_dumpable(value: bool) -> None:
    """Whether this process's /proc files belong to its user (and it may be traced)."""
    _prctl(_PR_SET_DUMPABLE, int(value), "prctl PR_SET_DUMPABLE")


def no_new_privileges() -> None:
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, "prctl PR_SET_NO_NEW_PRIVS")


def drop_capabilities(*, bounding: bool) -> None:
    """Give up every capability; with ``bounding`` also the means to regain one by exec."""
    if bounding:
        for capability in range(64):
            try:
                _prctl(_PR_CAPBSET_DROP, capability, "prctl PR_CAPBSET_DROP")
            except OSError as error:
                if error.errno == 22:  # EINVAL: one past the last that this kernel knows
                    break
                raise
    header = struct.pack("=Ii", _LINUX_CAPABILITY_VERSION_3, 0)
    nothing = struct.pack("=IIIIII", 0, 0, 0, 0, 0, 0)
    number = _number(_SYS_CAPSET, "capset")
    _check(_libc.syscall(ctypes.c_long(number), header, nothing), "capset")


def has_capability_sys_admin() -> bool:
    """Whether this process may mount in its present user namespace."""
    header = struct.pack("=Ii", _LINUX_CAPABILITY_VERSION_3, 0)
    data = ctypes.create_string_buffer(24)
    number = _number(_SYS_CAPGET, "capget")
    _check(_libc.syscall(ctypes.c_long(number), header, data), "capget")
    effective = struct.unpack_from("=I", data.raw)[0]
    return bool(effective >> _CAP_SYS_ADMIN & 1)


def close_from(first: int) -> None:
    """Close every descriptor from ``first`` on."""
    result = _libc.syscall(
        ctypes.c_long(_SYS_CLOSE_RANGE),
        ctypes.c_uint(first),
        ctypes.c_uint(0xFFFFFFFF),
        ctypes.c_uint(0),
    )
    if result == -1:
        os.closerange(first, os.sysconf("SC_OPEN_MAX"))


def landlock_abi() -> int:
    """Version of Landlock in this kernel; 0 where it is absent or switched off."""
    result = _libc.syscall(
        ctypes.c_long(_SYS_LANDLOCK_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint(1)
    )
    return max(0, int(result))


def landlock_create(file_access: int, network_access: int, scopes: int, abi: int) -> int:
    """A ruleset that denies all of these but for the rules to come; its descriptor."""
    attributes = struct.pack("=QQQ", file_access, network_access, scopes)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    result = _libc.syscall(
        ctypes.c_long(_SYS_LANDLOCK_CREATE_RULESET),
        attributes,
        ctypes.c_size_t(size),
        ctypes.c_uint(0),
    )
    return _check(result, "landlock_create_ruleset")


def landlock_add_path(ruleset: int, path: str, access: int) -> None:
    """Allow ``access`` to the file at ``path``, or to the whole tree beneath it."""
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", access, descriptor)
        result = _libc.syscall(
            ctypes.c_long(_SYS_LANDLOCK_ADD_RULE),
            ctypes.c_int(ruleset),
            ctypes.c_int(1),
            rule,
            ctypes.c_uint(0),
        )
        _check(result, f"landlock_add_rule {path}")
    finally:
        os.close(descriptor)


def landlock_restrict(ruleset: int) -> None:
    result = _libc.syscall(
        ctypes.c_long(_SYS_LANDLOCK_RESTRICT_SELF), ctypes.c_int(ruleset), ctypes.c_uint(0)
    )
    _check(result, "landlock_restrict_self")


def load_seccomp(program: bytes) -> None:
    """Install a classic BPF program (8 bytes an instruction) as this thread's filter."""
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    header = Program(len(program) // 8, ctypes.addressof(buffer))
    result = _libc.prctl(
        ctypes.c_int(_PR_SET_SECCOMP),
        ctypes.c_ulong(_SECCOMP_MODE_FILTER),
        ctypes.byref(header),
        ctypes.c_ulong(0),
        ctypes.c_ulong(0),
    )
    _check(result, "prctl PR_SET_SECCOMP")


def become_subreaper() -> None:
    """Adopt orphaned descendants, so that none gets out of sight."""
    _prctl(36, 1, "prctl PR_SET_CHILD_SUBREAPER")


def keep_freed_memory() -> None:
    """Let this process reuse what it frees, and give nothing of it back before it ends.

    The C library's malloc gives large blocks back at once, and takes anew what the kernel first has
    to clear, page by page. Does nothing where the library has no such settings (musl).
    """
    mallopt = getattr(_libc, "mallopt", None)
    if mallopt is not None:
        mallopt(ctypes.c_int(_M_MMAP_MAX), ctypes.c_int(0))
        mallopt(ctypes.c_int(_M_TRIM_THRESHOLD), ctypes.c_int(-1))


def huge_pages() -> None:
    """Have the kernel put this process's heap and mappings into huge pages, where it can.

    What is shared with the process that this one was forked from becomes its own on the way. That
    takes a tenth of a second or two for 200 MB.
    """
    with open("/proc/self/maps", encoding="ascii", errors="replace") as file:
        lines = [line.split() for line in file]
    for span, access, _, _, _, *name in lines:
        if access != "rw-p" or name not in ([], ["[heap]"]):
            continue
        start, end = (int(address, 16) for address in span.split("-"))
        start, end = -(-start // _HUGE) * _HUGE, end // _HUGE * _HUGE
        if start < end:
            # What can't be done, or by no kernel before Linux 6.1, is only slower.
            _libc.madvise(
                ctypes.c_void_p(start), ctypes.c_size_t(end - start), ctypes.c_int(_MADV_COLLAPSE)
            )


class _MallocInfo(ctypes.Structure):
    """What the GNU C library's ``mallinfo2`` returns, each in bytes or a count."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def fill_holes() -> None:
    """Use up the free memory between used blocks of the heap, for good.

    Importing leaves it in thousands of small pieces. A fork would be handed one after the other,
    each on a page that it shares until it writes to it; now it gets what lies together at the
    heap's end. Costs no memory that was not taken already.
    """
    if not hasattr(_libc, "mallinfo2"):  # another C library, or an old one
        return
    _libc.mallinfo2.restype = _MallocInfo
    _libc.malloc.restype = _libc.sbrk.restype = ctypes.c_void_p
    info = _libc.mallinfo2()
    end = _libc.sbrk(ctypes.c_ssize_t(0)) - info.keepcost
    left = info.arena  # there can't be more, wherever the heap's end is
    for size in _BLOCKS:
        while left > 0:
            block = _libc.malloc(ctypes.c_size_t(size))
            if block is None or block >= end:  # no hole was large enough
                _libc.free(ctypes.c_void_p(block))
                break
            left -= size
