"""Time from an applied engine to the effect, and from the end of a fault to nothing left of it."""

import os
import select
import signal
import time

from chaos import HelperWatch
from figures import show
from machine import wait_until

# Measured on a real cluster of the same size: docs/benchmarks.md.
PEER = ("LitmusChaos", 6.2)

LOSS = ("pod-network-loss", {"NETWORK_PACKET_LOSS_PERCENTAGE": 30})
LOAD = ("pod-cpu-hog", {"CPU_CORES": 1, "CPU_LOAD": 50})


def lasting(fault, seconds):
    name, tunables = fault
    return name, dict(tunables, TOTAL_CHAOS_DURATION=seconds)


def bites(fault, target):
    """Whether the target feels it."""
    if fault == "pod-network-loss":
        return target.rules.count() > 0
    return target.stress()[0] > 0.005


def is_gone(fault, target, entry):
    if fault == "pod-network-loss":
        return target.rules.count() == 0
    return not entry.has_groups()


def effect_and_end(laboratory, runs, fault, account="chaos"):
    """Seconds to the effect, from the helper's creation to the effect, and from the deadline to nothing left."""
    helpers = HelperWatch(laboratory.cluster)
    effects, from_helper, reverts = [], [], []
    target = laboratory.targets[0]
    for _ in range(runs):
        name, tunables = lasting(fault, 2)
        with laboratory.start(name, target, tunables, account) as engine:
            felt, _ = wait_until(lambda: bites(name, target), 20, name + " felt")
            effects.append(felt - engine.started)
            from_helper.append(felt - helpers.moment(engine.uid))
            entry = target.entries()[0]
            deadline = entry.deadline_moment()
            gone, _ = wait_until(lambda: is_gone(name, target, entry), 20, name + " gone")
            reverts.append(gone - deadline)
            engine.wait_for_end()
    return effects, from_helper, reverts


def kills(laboratory, runs):
    """Seconds to the end of the container's first process, and from the helper's creation to it."""
    helpers = HelperWatch(laboratory.cluster)
    effects, from_helper = [], []
    for _ in range(runs):
        laboratory.renew_targets()
        target = laboratory.targets[0]
        process = os.pidfd_open(target.container_process())
        try:
            with laboratory.start(
                    "container-kill", target, {"TOTAL_CHAOS_DURATION": 1, "CHAOS_INTERVAL": 1}) as engine:
                if not select.select([process], [], [], 20)[0]:
                    raise SystemExit("container-kill: the container was not killed within 20 s")
                felt = time.monotonic()
                effects.append(felt - engine.started)
                from_helper.append(felt - helpers.moment(engine.uid))
                engine.expect_pass()
        finally:
            os.close(process)
    return effects, from_helper


def kill_helper(engine, entry):
    at = time.monotonic()
    os.kill(entry.owner, signal.SIGKILL)
    return at


def stop_engine(engine, entry):
    return engine.stop()


def cut_short(laboratory, runs, fault, act):
    """Seconds from an act, while the fault is felt, to nothing left of it."""
    values = []
    target = laboratory.targets[0]
    for _ in range(runs):
        name, tunables = lasting(fault, 60)
        with laboratory.start(name, target, tunables) as engine:
            wait_until(lambda: bites(name, target), 20, name + " felt")
            entry = target.entries()[0]
            # The helper has yet to report what it did.
            time.sleep(0.3)
            at = act(engine, entry)
            gone, _ = wait_until(lambda: is_gone(name, target, entry), 20, name + " gone")
            values.append(gone - at)
    return values


def measure(laboratory, runs):
    ends = {}
    for fault, effect in ((LOSS, "rule in the pod"), (LOAD, "CPU used in the pod")):
        total, helper, ends[fault[0]] = effect_and_end(laboratory, runs, fault)
        show("engine applied -> %s" % effect, total, "s", PEER)
        show("helper pod created -> %s" % effect, helper, "s")
    total, helper = kills(laboratory, runs)
    show("engine applied -> container killed", total, "s", PEER)
    show("helper pod created -> container killed", helper, "s")
    total, _, _ = effect_and_end(laboratory, runs, LOSS, account="hub")
    show("the hub's permissions: applied -> rule", total, "s", PEER)
    for fault, rest in ((LOSS, "rules gone"), (LOAD, "load gone")):
        show("deadline -> %s" % rest, ends[fault[0]], "s", tail=True)
        show("helper killed -> %s" % rest, cut_short(laboratory, runs, fault, kill_helper), "s", tail=True)
        show("engine stopped -> %s" % rest, cut_short(laboratory, runs, fault, stop_engine), "s", tail=True)
