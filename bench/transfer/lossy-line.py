"""
A line between two network namespaces that takes its time and loses packets, for kernels without netem (as in many
small virtual machines). Linux, root, TUN.

    lossy-line.py DELAY_MS LOSS NAMESPACE ADDRESS/30 NAMESPACE ADDRESS/30

Prints "ready" when both ends are up; ends when its stdin does. LOSS is a part of 1, for each way.
"""
import collections
import fcntl
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
PACKET_BYTES = 65536
# As many as netem keeps by default.
QUEUE_PACKETS = 1000


def end(name, namespace, address):
    """A device in `namespace`; what is sent through it is read here. It goes with this process."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    for command in (
        ["link", "set", name, "netns", namespace],
        ["-n", namespace, "link", "set", name, "name", "wan0"],
        ["-n", namespace, "address", "add", address, "dev", "wan0"],
        ["-n", namespace, "link", "set", "wan0", "up"],
    ):
        subprocess.run(["ip", *command], check=True)
    return device


def packets(device):
    while True:
        try:
            yield os.read(device, PACKET_BYTES)
        except BlockingIOError:
            return


def main(delay_ms, loss, *ends):
    delay, loss = float(delay_ms) / 1000, float(loss)
    name = f"wan{os.getpid()}"
    a, b = end(f"{name}a", *ends[:2]), end(f"{name}b", *ends[2:])
    other = {a: b, b: a}
    queues = {a: collections.deque(), b: collections.deque()}
    chance = random.Random(1)
    print("ready", flush=True)
    while True:
        due = [queue[0][0] for queue in queues.values() if queue]
        wait = max(0, min(due) - time.monotonic()) if due else None
        readable, _, _ = select.select([a, b, sys.stdin], [], [], wait)
        if sys.stdin in readable:
            return
        now = time.monotonic()
        for device in (a, b):
            if device in readable:
                for packet in packets(device):
                    if chance.random() >= loss and len(queues[device]) < QUEUE_PACKETS:
                        queues[device].append((now + delay, packet))
            queue = queues[device]
            while queue and queue[0][0] <= now:
                os.write(other[device], queue.popleft()[1])


main(*sys.argv[1:])
