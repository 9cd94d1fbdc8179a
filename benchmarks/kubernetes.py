#!/usr/bin/env python3
"""Measures an installation on a real Kubernetes and prints one line a figure; docs/benchmarks.md explains them."""

import argparse
import concurrent.futures
import datetime
import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time

from figures import show

HERE = os.path.dirname(os.path.abspath(__file__))
KUBECTL = os.path.join(HERE, "..", ".build-tools", "kubectl-newest")
CHAOS = "/apis/litmuschaos.io/v1alpha1/namespaces/%s/"
# The operator, runner and experiment images of Litmus on such a cluster: docs/benchmarks.md.
PEER_INJECTED, PEER_OVERHEAD = ("LitmusChaos", 6.2), ("LitmusChaos", 26.9)


class RealCluster:
    """A cluster through `kubectl proxy`, so that no certificates are needed here."""

    def __init__(self, kubeconfig):
        self.kubeconfig = kubeconfig

    def __enter__(self):
        self.proxy = subprocess.Popen([KUBECTL, "--kubeconfig", self.kubeconfig, "proxy", "--port=0"],
                                      stdout=subprocess.PIPE, text=True)
        match = re.search(r":(\d+)", self.proxy.stdout.readline())
        if not match:
            raise SystemExit("kubectl proxy did not start")
        self.port = int(match.group(1))
        self.local = threading.local()
        return self

    def __exit__(self, *_):
        self.proxy.terminate()
        self.proxy.wait()

    def connection(self):
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port)
        return self.local.connection

    def text(self, method, path, body=None, content="application/json", expect=(200, 201, 202)):
        for attempt in (1, 2):
            connection = self.connection()
            try:
                connection.request(method, path, json.dumps(body) if body is not None else None,
                                   {"Content-Type": content})
                response = connection.getresponse()
                data = response.read()
                break
            except (http.client.HTTPException, OSError):
                # The proxy closes idle connections.
                del self.local.connection
                if attempt == 2:
                    raise
        if expect and response.status not in expect:
            raise SystemExit("%s %s: %s %s" % (method, path, response.status, data[:500]))
        return data.decode()

    def request(self, method, path, body=None, **how):
        return json.loads(self.text(method, path, body, **how))

    def patch(self, path, body):
        return self.request("PATCH", path, body, content="application/merge-patch+json")

    def watch(self, path, version):
        """Yields (time, event); a watch that the server ends is resumed."""
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            connection.request(
                "GET", "%s%swatch=true&resourceVersion=%s" % (path, "&" if "?" in path else "?", version))
            response = connection.getresponse()
            while line := response.readline():
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise SystemExit("the watch of %s ended: %s" % (path, event["object"]))
                version = event["object"]["metadata"]["resourceVersion"]
                yield time.time(), event

    def version(self, path):
        return self.request("GET", path)["metadata"]["resourceVersion"]

    def kubectl(self, *arguments, text=None):
        done = subprocess.run([KUBECTL, "--kubeconfig", self.kubeconfig, *arguments], input=text, text=True,
                              capture_output=True)
        if done.returncode:
            raise SystemExit("kubectl %s: %s%s" % (" ".join(arguments), done.stdout, done.stderr))
        return done.stdout


class Namespace:
    """A namespace with the sample application; it goes at the end."""

    def __init__(self, cluster, name, image=None):
        self.cluster, self.name, self.image = cluster, name, image

    def __enter__(self):
        self.cluster.kubectl("create", "namespace", self.name)
        if self.image:
            deployment = {
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "victim"},
                "spec": {"selector": {"matchLabels": {"app": "victim"}}, "replicas": 2, "template": {
                    "metadata": {"labels": {"app": "victim"}}, "spec": {
                        "terminationGracePeriodSeconds": 1, "containers": [{
                            "name": "web", "image": self.image, "imagePullPolicy": "IfNotPresent",
                            "command": ["litmus", "sample-app"]}]}}}}
            self.cluster.kubectl("-n", self.name, "apply", "-f", "-", text=json.dumps(deployment))
            self.cluster.kubectl("-n", self.name, "rollout", "status", "deployment/victim", "--timeout=60s")
        return self

    def __exit__(self, *_):
        self.cluster.kubectl("delete", "namespace", self.name, "--timeout=180s")

    def engine(self, name, fault, tunables, runner=None):
        components = {"runner": runner} if runner else {}
        return {
            "apiVersion": "litmuschaos.io/v1alpha1", "kind": "ChaosEngine", "metadata": {"name": name},
            "spec": {
                "engineState": "active", "chaosServiceAccount": fault + "-sa", "components": components,
                "appinfo": {"appns": self.name, "applabel": "app=victim", "appkind": "deployment"},
                "experiments": [{"name": fault, "spec": {"components": {"env": [
                    {"name": key, "value": str(value)} for key, value in tunables.items()]}}}]}}

    def prepare(self, litmus, fault):
        """The fault's definition and the account of its engines."""
        definition = subprocess.run([litmus, "faults", fault, "--output", "manifest"], text=True, check=True,
                                    stdout=subprocess.PIPE).stdout
        self.cluster.kubectl("-n", self.name, "apply", "-f", "-", text=definition)
        engine = self.engine("any", fault, {})
        engine["metadata"]["namespace"] = self.name
        rbac = subprocess.run([litmus, "rbac", "-"], input=json.dumps(engine), text=True, check=True,
                              stdout=subprocess.PIPE).stdout
        self.cluster.kubectl("apply", "-f", "-", text=rbac)

    def path(self, plural):
        return CHAOS % self.name + plural


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def run(namespace, name, fault, tunables, duration):
    """One engine to its end: seconds from its creation to the effect, from the runner's first sign of life (its
    ChaosResult; the kubelet tells of a start later) to it, and beyond the chaos."""
    cluster = namespace.cluster
    pods = "/api/v1/namespaces/%s/pods" % namespace.name
    version = cluster.version(pods + "?limit=1")
    seen = {}

    def follow():
        for at, event in cluster.watch(pods, version):
            pod = event["object"]
            if pod.get("metadata", {}).get("labels", {}).get("app") == "victim" and (
                    pod["metadata"].get("deletionTimestamp") or event["type"] == "DELETED"):
                seen.setdefault("deleted", at)
            if "ended" in seen:
                return

    def follow_result(version):
        for at, _ in cluster.watch(namespace.path("chaosresults") + "?fieldSelector=metadata.name%%3D%s-%s" % (
                name, fault), version):
            seen["runner"] = at
            return

    threading.Thread(target=follow, daemon=True).start()
    threading.Thread(target=follow_result, daemon=True,
                     args=(cluster.version(namespace.path("chaosresults") + "?limit=1"),)).start()
    started = time.time()
    created = cluster.request("POST", namespace.path("chaosengines"), namespace.engine(name, fault, tunables))
    for at, event in cluster.watch(namespace.path("chaosengines") + "?fieldSelector=metadata.name%3D" + name,
                                   created["metadata"]["resourceVersion"]):
        if event["object"].get("status", {}).get("engineStatus") in ("completed", "stopped"):
            seen["ended"] = at
            break
    result = cluster.request("GET", namespace.path("chaosresults") + "/%s-%s" % (name, fault))
    verdict = result["status"]["experimentStatus"]["verdict"]
    if verdict != "Pass":
        raise SystemExit("%s ended with %s: %s" % (name, verdict, json.dumps(result["status"])))
    if fault == "pod-delete":
        felt = seen["deleted"]
    else:
        felt = min(moment(entry["injectedAt"]) for entry in result["status"]["injections"])
    return felt - started, felt - seen["runner"], seen["ended"] - started - duration


def latency(cluster, litmus, image, runs, fault, tunables, label, peer):
    with Namespace(cluster, "bench-latency", image) as namespace:
        namespace.prepare(litmus, fault)
        duration = 5
        tunables = dict(tunables, TOTAL_CHAOS_DURATION=duration)
        figures = [run(namespace, "bench-%d" % index, fault, tunables, duration) for index in range(runs)]
    injected, from_runner, overhead = zip(*figures)
    show("%s: engine applied -> %s" % (label, "pod deleted" if fault == "pod-delete" else "packets lost"), injected,
         "s", PEER_INJECTED if peer else None)
    show("%s: runner begins -> the same" % label, from_runner, "s")
    show("%s: whole run beyond the chaos itself" % label, overhead, "s", PEER_OVERHEAD if peer else None)


def agent_megabytes(cluster):
    """Of the replica that leads."""
    pods = cluster.request("GET", "/api/v1/namespaces/litmus/pods?labelSelector=app.kubernetes.io/component%3Dagent")
    values = []
    for pod in pods["items"]:
        text = cluster.text(
            "GET", "/api/v1/namespaces/litmus/pods/%s:8080/proxy/metrics" % pod["metadata"]["name"])
        values.append(float(re.search(r"^process_resident_memory_bytes(?:\{.*\})? (\S+)", text, re.M).group(1)))
    return max(values) / 1e6


def requests_of_operator(audit_log):
    with open(audit_log) as log:
        return sum('"username":"system:serviceaccount:litmus:' in line for line in log)


def scale(cluster, litmus, count, audit_log):
    """Many engines at once. No node takes their runners: this script says of each that it ran to its end."""
    show("memory of the agent, idle", [agent_megabytes(cluster)], "MB")
    with Namespace(cluster, "bench-scale") as namespace:
        namespace.prepare(litmus, "pod-delete")
        pods = "/api/v1/namespaces/bench-scale/pods"
        before = requests_of_operator(audit_log) if audit_log else 0
        runner = {"nodeSelector": {"litmus-bench": "none"}}
        engines = [namespace.engine("scale-%d" % index, "pod-delete", {}, runner) for index in range(count)]
        version = cluster.version(pods + "?limit=1")
        started = time.time()
        with concurrent.futures.ThreadPoolExecutor(16) as workers:
            made = workers.map(lambda engine: cluster.request("POST", namespace.path("chaosengines"), engine), engines)
            launched = []
            for at, event in cluster.watch(pods, version):
                if event["type"] == "ADDED":
                    launched.append(at)
                    workers.submit(play_runner, cluster, namespace, event["object"])
                    if len(launched) == count:
                        break
            list(made)
            show("%d engines: applied -> all runners made" % count, [launched[-1] - started], "s")
            show("%d engines: applied -> all completed" % count, [all_completed(cluster, namespace) - started], "s")
        show("memory of the agent with %d engines" % count, [agent_megabytes(cluster)], "MB")
        if audit_log:
            # The log is written in batches.
            time.sleep(2)
            show("API requests of the operator per engine", [(requests_of_operator(audit_log) - before) / count], "")


def all_completed(cluster, namespace):
    deadline = time.time() + 600
    while time.time() < deadline:
        engines = cluster.request("GET", namespace.path("chaosengines"))["items"]
        if all(engine.get("status", {}).get("engineStatus") == "completed" for engine in engines):
            return time.time()
        time.sleep(0.5)
    raise SystemExit("not all engines were completed within 600 s")


def play_runner(cluster, namespace, pod):
    """What kubelet and runner write for a run of pod-delete."""
    name = pod["metadata"]["name"]
    path = "/api/v1/namespaces/%s/pods/%s/status" % (namespace.name, name)

    def status(phase, state):
        cluster.patch(path, {"status": {"phase": phase, "containerStatuses": [{
            "name": "chaos-runner", "image": "x", "imageID": "", "ready": phase == "Running", "restartCount": 0,
            "state": state}]}})

    status("Running", {"running": {}})
    engine = namespace.path("chaosengines") + "/" + name[:-len("-runner")]
    entry = {"name": "pod-delete", "runner": name, "experimentPod": name, "status": "Running", "verdict": "Awaited",
             "lastUpdateTime": "2026-01-01T00:00:00Z"}
    cluster.patch(engine, {"status": {"experiments": [entry]}})
    cluster.patch(engine, {"status": {"experiments": [dict(entry, status="Completed", verdict="Pass")]}})
    status("Succeeded", {"terminated": {"exitCode": 0, "reason": "Completed"}})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--litmus", required=True)
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--image", required=True)
    parser.add_argument("--audit-log", help="of the API server, to count requests")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--engines", type=int, default=1000)
    arguments = parser.parse_args()
    litmus = os.path.abspath(arguments.litmus)

    def install(*options):
        subprocess.run([litmus, "install", "--kubeconfig", arguments.kubeconfig, "--image", arguments.image, *options],
                       check=True, stdout=subprocess.DEVNULL)

    with RealCluster(arguments.kubeconfig) as cluster:
        loss = ("pod-network-loss", {"NETWORK_PACKET_LOSS_PERCENTAGE": 100})
        install()
        latency(cluster, litmus, arguments.image, arguments.runs, "pod-delete", {"CHAOS_INTERVAL": 5}, "pod-delete",
                True)
        latency(cluster, litmus, arguments.image, arguments.runs, *loss, "network loss, helper pods", True)
        install("--node-agent")
        latency(cluster, litmus, arguments.image, arguments.runs, *loss, "network loss, node agent", True)
        if arguments.engines:
            scale(cluster, litmus, arguments.engines, arguments.audit_log)


if __name__ == "__main__":
    sys.exit(main())
