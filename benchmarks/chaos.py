"""Applications, faults and engines for measuring faults on machines."""

import itertools
import queue
import threading
import time

from machine import Target, wait_until

CHAOS = "/apis/litmuschaos.io/v1alpha1/namespaces/default/"
CORE = "/api/v1/namespaces/default/"
FAULTS = ("pod-network-loss", "pod-cpu-hog", "container-kill")
OVER = ("completed", "stopped")

# What manifests of the public hub grant; it has no watch on pods.
HUB_RULES = [
    {"apiGroups": [""], "resources": ["pods"],
     "verbs": ["create", "delete", "get", "list", "patch", "update", "deletecollection"]},
    {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "get", "list", "patch", "update"]},
    {"apiGroups": ["apps"], "resources": ["deployments", "statefulsets", "replicasets", "daemonsets"],
     "verbs": ["list", "get"]},
    {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create", "list", "get", "delete", "deletecollection"]},
    {"apiGroups": ["litmuschaos.io"], "resources": ["chaosengines", "chaosexperiments", "chaosresults"],
     "verbs": ["create", "list", "get", "patch", "update", "delete"]},
]
WATCH = {"apiGroups": [""], "resources": ["pods"], "verbs": ["watch"]}


class Laboratory:
    """A cluster with target pods, a receiver of packets, and the faults."""

    def __init__(self, cluster, targets=5):
        self.cluster = cluster
        self.numbers = itertools.count()
        self.wanted = targets
        for account, rules in (("chaos", HUB_RULES + [WATCH]), ("hub", HUB_RULES)):
            self.make_account(account, rules)
        for fault in FAULTS:
            self.cluster.request("POST", CHAOS + "chaosexperiments", {
                "apiVersion": "litmuschaos.io/v1alpha1", "kind": "ChaosExperiment", "metadata": {"name": fault},
                "spec": {"definition": {
                    "scope": "Namespaced", "image": "litmuschaos/go-runner:latest", "permissions": [],
                    "command": ["/bin/bash"], "args": ["-c", "./experiments -name " + fault], "env": []}}})
        self.deploy("target", targets)
        self.deploy("receiver", 1)
        self.targets = self.pods("target", targets)
        self.receiver = self.pods("receiver", 1)[0]

    def make_account(self, name, rules):
        access = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/"
        self.cluster.request("POST", CORE + "serviceaccounts", {"metadata": {"name": name}})
        self.cluster.request("POST", access + "roles", {"metadata": {"name": name}, "rules": rules})
        self.cluster.request("POST", access + "rolebindings", {
            "metadata": {"name": name}, "subjects": [{"kind": "ServiceAccount", "name": name}],
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}})

    def deploy(self, name, replicas):
        self.cluster.request("POST", "/apis/apps/v1/namespaces/default/deployments", {
            "metadata": {"name": name}, "spec": {
                "replicas": replicas, "selector": {"matchLabels": {"app": name}},
                "template": {"metadata": {"labels": {"app": name}},
                             "spec": {"terminationGracePeriodSeconds": 1,
                                      "containers": [{"name": "web", "image": "litmus/sample-app"}]}}}})

    def pods(self, application, count):
        def ready():
            found = self.cluster.request("GET", CORE + "pods?labelSelector=app%3D" + application)["items"]
            return len(found) == count and all(map(is_ready, found)) and found
        return [Target(pod) for pod in wait_until(ready, 30, "%d pods of %s" % (count, application), 0.02)[1]]

    def renew_targets(self):
        """Other pods: a container that was killed before is restarted with a delay."""
        for target in self.targets:
            self.cluster.request("DELETE", CORE + "pods/" + target.name + "?gracePeriodSeconds=0")
            target.rules.close()
        old = {target.uid for target in self.targets}
        wait_until(lambda: not old & self.living_uids(), 30, "the old targets gone", 0.02)
        self.targets = self.pods("target", self.wanted)

    def living_uids(self):
        return {pod["metadata"]["uid"] for pod in self.cluster.request("GET", CORE + "pods")["items"]}

    def start(self, fault, target, tunables, account="chaos"):
        return Run(self, fault, target, tunables, account)


def is_ready(pod):
    return any(condition["type"] == "Ready" and condition["status"] == "True"
               for condition in pod.get("status", {}).get("conditions", []))


class Run:
    """One engine; in a `with` statement it is deleted at the end, and everything of it is gone then."""

    def __init__(self, laboratory, fault, target, tunables, account):
        self.cluster = laboratory.cluster
        self.target = target
        self.name = "bench-%d" % next(laboratory.numbers)
        self.result = "%s-%s" % (self.name, fault)
        environment = dict(tunables, TARGET_PODS=target.name)
        self.started = time.monotonic()
        self.uid = self.cluster.request("POST", CHAOS + "chaosengines", {
            "apiVersion": "litmuschaos.io/v1alpha1", "kind": "ChaosEngine", "metadata": {"name": self.name},
            "spec": {
                "engineState": "active", "chaosServiceAccount": account,
                "appinfo": {"appns": "default", "applabel": "app=target", "appkind": "deployment"},
                "experiments": [{"name": fault, "spec": {"components": {"env": [
                    {"name": key, "value": str(value)} for key, value in environment.items()]}}}],
            }})["metadata"]["uid"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cluster.request("DELETE", CHAOS + "chaosengines/" + self.name, expect=(200, 202, 404))
        path = CORE + "pods?labelSelector=chaosUID%3D" + self.uid
        wait_until(lambda: not self.cluster.request("GET", path)["items"], 40, "the pods of %s gone" % self.name, 0.02)

    def stop(self):
        """Returns the moment at which this was asked for."""
        asked = time.monotonic()
        self.cluster.request("PATCH", CHAOS + "chaosengines/" + self.name, {"spec": {"engineState": "stop"}},
                             content="application/merge-patch+json")
        return asked

    def status(self):
        return self.cluster.request("GET", CHAOS + "chaosengines/" + self.name).get("status", {})

    def wait_for_end(self, seconds=30):
        wait_until(lambda: self.status().get("engineStatus") in OVER, seconds, "the end of " + self.name, 0.02)

    def expect_pass(self):
        self.wait_for_end()
        result = self.cluster.request("GET", CHAOS + "chaosresults/" + self.result)
        if result["status"]["experimentStatus"]["verdict"] != "Pass":
            raise SystemExit("%s did not pass: %s" % (self.result, result["status"]))
        return result


class HelperWatch:
    """When helper pods were created, as a watch shows it, by the engine's uid."""

    def __init__(self, cluster):
        version = cluster.request("GET", CORE + "pods?limit=1")["metadata"]["resourceVersion"]
        self.events = queue.Queue()
        path = CORE + ("pods?watch=true&labelSelector=app.kubernetes.io%2Fcomponent%3Dhelper&resourceVersion="
                       + version)
        threading.Thread(target=self.follow, args=(cluster.watch(path),), daemon=True).start()

    def follow(self, events):
        try:
            for at, event in events:
                if event["type"] == "ADDED":
                    self.events.put((at, event["object"]["metadata"]["labels"]["chaosUID"]))
        except (OSError, ValueError):
            return

    def moment(self, uid):
        while True:
            at, engine = self.events.get(timeout=30)
            if engine == uid:
                return at
