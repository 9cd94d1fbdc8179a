"""What a fault does to this machine: rules, control groups, processes and the journal of what is to be undone."""

import glob
import json
import os
import time

from nftables import Rules

JOURNAL = "/var/lib/litmus/journal"
CLUSTERS = "/run/litmus/clusters"
CONTROL_GROUPS = "/sys/fs/cgroup"


def wait_until(condition, seconds, what, interval=0.002):
    """Polls every 2 ms. Returns the moment of `time.monotonic()` and what the condition gave."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        now = time.monotonic()
        if found:
            return now, found
        if now > deadline:
            raise SystemExit("%s: not within %g s" % (what, seconds))
        time.sleep(interval)


def read(path):
    """None for what is gone."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


def group_path(controllers, path):
    """Where a control group is, whatever the version."""
    for name in os.listdir(CONTROL_GROUPS) if controllers else []:
        if set(controllers) <= set(name.split(",")):
            return os.path.join(CONTROL_GROUPS, name) + path
    unified = os.path.join(CONTROL_GROUPS, "unified")
    return (unified if os.path.isdir(unified) else CONTROL_GROUPS) + path


class Target:
    """A pod, seen from the node."""

    def __init__(self, pod):
        self.name = pod["metadata"]["name"]
        self.uid = pod["metadata"]["uid"]
        self.address = pod["status"]["podIP"]
        self.cluster = next(path for path in glob.glob(CLUSTERS + "/*")
                            if os.path.exists("%s/pods/%s/net" % (path, self.uid)))
        self.network = "%s/pods/%s/net" % (self.cluster, self.uid)
        self.rules = Rules(self.network)
        self.group = next(path for pattern in ("/cpu/litmus-*/", "/cpu,*/litmus-*/", "/litmus-*/")
                          for path in glob.glob(CONTROL_GROUPS + pattern + self.uid))

    def processes(self):
        """Every process in its control groups, with the name of the group."""
        for directory, _, files in os.walk(self.group):
            for pid in (read(directory + "/cgroup.procs") or "").split():
                yield int(pid), os.path.basename(directory)

    def stress(self):
        """Seconds that what was put into groups of its own below the container's has run, and has waited for a
        processor, by the scheduler's account of each thread."""
        run, waited = 0, 0
        for pid, group in self.processes():
            if group.startswith("litmus-"):
                for path in glob.glob("/proc/%d/task/*/schedstat" % pid):
                    account = (read(path) or "0 0").split()
                    run += int(account[0])
                    waited += int(account[1])
        return run / 1e9, waited / 1e9

    def container_process(self):
        """The pid of its container's first process; the application that is deployed here has no other."""
        return next(pid for pid, group in self.processes() if not group.startswith("litmus-"))

    def entries(self):
        return [entry for entry in journal() if entry.pod == self.uid]


class Entry:
    """One file of the journal."""

    def __init__(self, text):
        content = json.loads(text)
        self.id = content["id"]
        self.pod = content["target"]["podUID"]
        self.deadline = content["deadline"] / 1000
        self.owner = content["owner"]["pid"]
        self.groups = [group_path(group["controllers"], group["path"]) for group in find(content["place"], "groups")]

    def deadline_moment(self):
        """As a moment of `time.monotonic()`; the journal counts from the boot."""
        return time.monotonic() + self.deadline - time.clock_gettime(time.CLOCK_BOOTTIME)

    def has_groups(self):
        return any(os.path.exists(path) for path in self.groups)


def find(content, key):
    if not isinstance(content, dict):
        return []
    return content.get(key) or next(filter(None, (find(value, key) for value in content.values())), [])


def journal():
    entries = []
    for path in glob.glob(JOURNAL + "/*.json"):
        text = read(path)
        if text:
            entries.append(Entry(text))
    return entries
