"""Injection accuracy: what a target feels of what was asked for."""

import contextlib
import socket
import statistics
import struct
import time

from figures import interval, show_accuracy
from machine import read, wait_until
from nftables import socket_in

LOSSES = (1, 10, 30, 60, 100)
LOADS = (10, 30, 60, 100)
PACKETS = 50_000
SO_RCVBUFFORCE = 33
SO_MEMINFO = 55


class Packets:
    """UDP packets from one pod's network namespace to a receiver in another's."""

    PORT = 9999

    def __init__(self, sender, receiver):
        self.receiving = socket_in(receiver.network, socket.AF_INET, socket.SOCK_DGRAM)
        self.receiving.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
        self.receiving.bind(("0.0.0.0", self.PORT))
        self.receiving.setblocking(False)
        self.sending = socket_in(sender.network, socket.AF_INET, socket.SOCK_DGRAM)
        self.sending.connect((receiver.address, self.PORT))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.receiving.close()
        self.sending.close()

    def arrived(self, count):
        """How many of `count` packets arrive. They are few at a time, so that no queue on the way overflows."""
        found = 0
        for first in range(0, count, 64):
            for _ in range(min(64, count - first)):
                self.sending.send(b"x")
            found += self.drain()
        time.sleep(0.05)
        found += self.drain()
        overflowed = struct.unpack("9I", self.receiving.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))[8]
        if overflowed:
            raise SystemExit("the receiver itself lost %d packets: nothing was measured" % overflowed)
        return found

    def drain(self):
        found = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                self.receiving.recv(16)
                found += 1
        return found


def loss(laboratory, runs):
    """All levels at the same time, each on a pod of its own; they are measured one after another."""
    lost = {level: [] for level in LOSSES}
    unasked = 0
    for _ in range(runs):
        unasked += PACKETS - sample(laboratory, laboratory.targets[0])
        with contextlib.ExitStack() as stack:
            engines = [stack.enter_context(laboratory.start("pod-network-loss", target, {
                "NETWORK_PACKET_LOSS_PERCENTAGE": level, "TOTAL_CHAOS_DURATION": 120}))
                for level, target in zip(LOSSES, laboratory.targets)]
            for level, engine in zip(LOSSES, engines):
                wait_until(engine.target.rules.count, 20, "rules for a loss of %d %%" % level)
                lost[level].append(PACKETS - sample(laboratory, engine.target))
                if not engine.target.rules.count():
                    raise SystemExit("a loss of %d %% ended while it was measured" % level)
    print("%-46s %10d of %d packets" % ("lost without any fault", unasked, runs * PACKETS), flush=True)
    for level, counts in lost.items():
        low, high = interval(sum(counts), runs * PACKETS)
        show_accuracy("pod-network-loss, %d %% asked" % level, level, [100 * count / PACKETS for count in counts], "%",
                      "%d packets, 95 %% interval %.3f to %.3f" % (runs * PACKETS, low, high))


def sample(laboratory, target):
    with Packets(target, laboratory.receiver) as packets:
        return packets.arrived(PACKETS)


def load(laboratory, runs):
    """One at a time: they would share the processors."""
    window = 2
    for level in LOADS:
        measured, waits, others = [], [], []
        for _ in range(runs):
            target = laboratory.targets[0]
            with laboratory.start("pod-cpu-hog", target, {
                    "CPU_CORES": 1, "CPU_LOAD": level, "TOTAL_CHAOS_DURATION": 120}):
                wait_until(lambda: target.stress()[0] > 0.02, 20, "a CPU load of %d %%" % level)
                before = time.monotonic(), *target.stress(), busy_seconds()
                time.sleep(window)
                after = time.monotonic(), *target.stress(), busy_seconds()
                elapsed, used, waited, busy = (late - early for early, late in zip(before, after))
                measured.append(100 * used / elapsed)
                waits.append(100 * waited / elapsed)
                others.append(max(0, 100 * (busy - used) / elapsed))
        show_accuracy("pod-cpu-hog, %d %% of a core asked" % level, level, measured, "%",
                      "%d s each; waited for a processor %.1f %%, the rest of the machine used %.0f %%" % (
                          window, statistics.mean(waits), statistics.mean(others)))


def busy_seconds():
    """Processor time that the whole machine has used."""
    user, nice, system, _, _, interrupt, softirq, steal = map(int, read("/proc/stat").split()[1:9])
    return (user + nice + system + interrupt + softirq + steal) / 100
