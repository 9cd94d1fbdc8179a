"""What stays on the machine when the parts of a fault are killed at random moments."""

import contextlib
import glob
import os
import random
import re
import signal
import time

from chaos import FAULTS, OVER
from machine import CONTROL_GROUPS, journal, read, wait_until

SEED = 20_240_229
TUNABLES = {
    "pod-network-loss": {"NETWORK_PACKET_LOSS_PERCENTAGE": 30, "TOTAL_CHAOS_DURATION": 2},
    "pod-cpu-hog": {"CPU_CORES": 1, "CPU_LOAD": 20, "TOTAL_CHAOS_DURATION": 2},
    "container-kill": {"TOTAL_CHAOS_DURATION": 2, "CHAOS_INTERVAL": 2},
}
VICTIMS = ("helper", "runner", "watchdog")
UID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Later than this what is left counts as residue.
PATIENCE = 5


def measure(laboratory, runs):
    """Some runs at a time, each on a pod of its own."""
    dice = random.Random(SEED)
    # Pods that are gone and left something, each of which counts once.
    known = set()
    for fault in FAULTS:
        count, residue, endless, killed = 0, [], 0, {victim: 0 for victim in VICTIMS}
        while count < runs:
            batch = min(len(laboratory.targets), runs - count)
            if fault == "container-kill":
                laboratory.renew_targets()
            left, late = run_batch(laboratory, fault, batch, dice, killed, known)
            residue += left
            endless += late
            count += batch
        print("%-46s %10s  killed: %s" % (
            "%s: left something behind" % fault, "%d of %d" % (len(residue), count),
            ", ".join("%d %ss" % (number, victim) for victim, number in killed.items())), flush=True)
        if endless:
            print("%-46s %10s" % ("%s: had no end after 30 s" % fault, "%d of %d" % (endless, count)), flush=True)
        for remains in residue:
            print("    " + remains, flush=True)


def run_batch(laboratory, fault, count, dice, killed, known):
    """Returns what runs left behind, a line each, and how many did not end."""
    seen = set()
    with contextlib.ExitStack() as stack:
        engines = [stack.enter_context(laboratory.start(fault, target, TUNABLES[fault]))
                   for target in laboratory.targets[:count]]
        shots = sorted((
            (dice.uniform(0, 2.5), index, victim) for index in range(count)
            for victim in dice.sample(VICTIMS, dice.randint(1, len(VICTIMS)))))
        for moment, index, victim in shots:
            while time.monotonic() < engines[index].started + moment:
                note_entries(engines, seen)
                time.sleep(0.002)
            killed[victim] += shoot(laboratory, engines[index], victim)
        late = 0
        for engine in engines:
            late += not ends(engine, engines, seen)
        # Beyond the deadline of a fault whose engine ended early.
        while time.monotonic() < engines[-1].started + 3.5:
            note_entries(engines, seen)
            time.sleep(0.01)
        targets = [engine.target for engine in engines]
    return remains(laboratory, targets, seen, known), late


def note_entries(engines, seen):
    pods = {engine.target.uid: engine for engine in engines}
    for entry in journal():
        if entry.pod in pods:
            seen.add((entry.pod, entry.id))


def ends(engine, engines, seen):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        note_entries(engines, seen)
        if engine.status().get("engineStatus") in OVER:
            return True
        time.sleep(0.02)
    return False


def shoot(laboratory, engine, victim):
    """Kills a part of a run, if it is there at this moment. Returns how many processes that were."""
    pids = list(processes_of(laboratory, engine, victim))
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(pids)


def processes_of(laboratory, engine, victim):
    if victim == "watchdog":
        wanted = "litmus watchdog --until %d" % laboratory.cluster.process.pid
        return [pid for pid in pids() if command(pid) == wanted]
    component = {"helper": "helper", "runner": "chaos-runner"}[victim]
    path = ("/api/v1/namespaces/default/pods?labelSelector=chaosUID%3D" + engine.uid
            + "%2Capp.kubernetes.io%2Fcomponent%3D" + component)
    uids = [pod["metadata"]["uid"] for pod in laboratory.cluster.request("GET", path)["items"]]
    return [pid for pid in pids() for uid in uids if "/%s/" % uid in (read("/proc/%d/cgroup" % pid) or "")]


def remains(laboratory, targets, seen, known):
    """What is left after some patience, a line for each target and each pod that is gone; `known` ones are left out."""
    found = {}

    def nothing():
        found.clear()
        for target in targets:
            for what in of_target(target, [entry for pod, entry in seen if pod == target.uid]):
                found.setdefault(target.name, []).append(what)
        living = laboratory.living_uids()
        for uid, what in of_pods(laboratory):
            if uid not in living and uid not in known:
                found.setdefault(uid, []).append(what)
        return not found

    with contextlib.suppress(SystemExit):
        wait_until(nothing, PATIENCE, "nothing left", 0.05)
    known.update(found)
    return ["%s: %s" % (pod, ", ".join(left)) for pod, left in found.items()]


def of_target(target, entries):
    """Rules, entries, control groups and load that a fault made for one target."""
    if target.rules.count():
        yield "%d rules" % target.rules.count()
    for entry in target.entries():
        yield "journal entry " + entry.id
    for entry in entries:
        for path in glob.glob(CONTROL_GROUPS + "/**/litmus-" + entry, recursive=True):
            yield "control group " + path
        for pid in pids():
            if "/litmus-" + entry in (read("/proc/%d/cgroup" % pid) or ""):
                yield "process %d (%s)" % (pid, command(pid))


def of_pods(laboratory):
    """What the machine has of every pod of the cluster: the pod's uid, and its namespaces, control groups, files, mounts
    and processes."""
    data = laboratory.cluster.directory.name
    groups = os.path.basename(os.path.dirname(laboratory.receiver.group))
    for kind, pattern in (
            ("namespaces", laboratory.receiver.cluster + "/pods/*"), ("files", data + "/runtime/sandboxes/*"),
            ("control group", "%s/*/%s/*" % (CONTROL_GROUPS, groups)),
            ("control group", "%s/%s/*" % (CONTROL_GROUPS, groups))):
        for path in glob.glob(pattern):
            if UID.fullmatch(os.path.basename(path)):
                yield os.path.basename(path), kind + " " + path
    for line in read("/proc/%d/mountinfo" % laboratory.cluster.process.pid).splitlines():
        path = line.split()[4]
        uid = UID.search(path)
        if path.startswith(data + "/") and uid:
            yield uid.group(), "mount " + path
    for pid in pids():
        uid = re.search("/%s/(%s)" % (groups, UID.pattern), read("/proc/%d/cgroup" % pid) or "")
        if uid:
            yield uid.group(1), "process %d (%s)" % (pid, command(pid))


def pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def command(pid):
    return (read("/proc/%d/cmdline" % pid) or "").replace("\0", " ").strip()
