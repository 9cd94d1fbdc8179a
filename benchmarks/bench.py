#!/usr/bin/env python3
"""Measures what docs/benchmarks.md explains and prints one line a figure: median, minimum, maximum."""

import argparse
import json
import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import accuracy
import latency
import residue
from chaos import Laboratory
from cluster import Cluster
from figures import show

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLE = os.path.join(HERE, "..", "examples", "pod-delete")


def chaos_latency(cluster, runs):
    """Engine created to first pod deleted, and the run's length beyond its chaos."""
    base = "/apis/litmuschaos.io/v1alpha1/namespaces/default/chaosengines"
    injected, overhead = [], []
    duration = 1
    for run in range(runs):
        name = "bench-%d" % run
        pods = cluster.watch("/api/v1/namespaces/default/pods?watch=true&labelSelector=app%3Dsample-app&resourceVersion="
                             + cluster.request("GET", "/api/v1/namespaces/default/pods?limit=1")["metadata"]["resourceVersion"])
        engine = {
            "apiVersion": "litmuschaos.io/v1alpha1", "kind": "ChaosEngine", "metadata": {"name": name},
            "spec": {
                "engineState": "active", "chaosServiceAccount": "pod-delete-sa",
                "appinfo": {"appns": "default", "applabel": "app=sample-app", "appkind": "deployment"},
                "experiments": [{"name": "pod-delete", "spec": {"components": {"env": [
                    {"name": "TOTAL_CHAOS_DURATION", "value": str(duration)},
                    {"name": "CHAOS_INTERVAL", "value": str(duration)}]}}}],
            },
        }
        next_pod = lambda: next(at for at, event in pods if event["type"] == "DELETED"
                                or event["object"]["metadata"].get("deletionTimestamp"))
        started = time.monotonic()
        created = cluster.request("POST", base, engine)
        injected.append(next_pod() - started)
        version = created["metadata"]["resourceVersion"]
        for at, event in cluster.watch(base + "?watch=true&fieldSelector=metadata.name%3D" + name
                                       + "&resourceVersion=" + version):
            if event["object"].get("status", {}).get("engineStatus") in ("completed", "stopped"):
                overhead.append(at - started - duration)
                break
        result = cluster.request("GET", base.replace("chaosengines", "chaosresults") + "/%s-pod-delete" % name)
        verdict = result["status"]["experimentStatus"]["verdict"]
        if verdict != "Pass":
            raise SystemExit("%s ended with %s: %s" % (name, verdict, result["status"]))
    show("engine applied -> pod deleted", injected, "s", ("LitmusChaos", 6.2))
    show("whole run beyond the chaos itself", overhead, "s", ("LitmusChaos", 26.9))


def machine_faults(litmus, runs):
    """Faults on machines: how accurate, how fast, and what they leave."""
    if os.geteuid() != 0:
        return print("faults on machines: not measured, which takes root", flush=True)
    with Cluster(litmus) as cluster:
        laboratory = Laboratory(cluster)
        accuracy.loss(laboratory, runs)
        accuracy.load(laboratory, runs)
        latency.measure(laboratory, runs)
    # Each watchdog that is killed is an error in the log.
    with Cluster(litmus, log_level="critical") as cluster:
        residue.measure(Laboratory(cluster), runs * (5 if runs >= 20 else 2))


def wrk(cluster, path, connections, seconds, script=None):
    command = ["wrk", "-t1", "-c%d" % connections, "-d%ds" % seconds,
               "-H", "Authorization: Bearer " + cluster.token, "https://%s:%d%s" % (cluster.host, cluster.port, path)]
    if script:
        command[4:4] = ["-s", script]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output:
        raise SystemExit("wrk met errors on %s:\n%s" % (path, output))
    return float(re.search(r"Requests/sec:\s*([\d.]+)", output).group(1))


def api_throughput(cluster, runs):
    seconds = 3 if runs < 10 else 10
    script = tempfile.NamedTemporaryFile("w", suffix=".lua")
    body = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "bench-"},
                       "data": {"text": "x" * 450}})
    script.write('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = %s\n'
                 % json.dumps(body))
    script.flush()
    path = "/api/v1/namespaces/default/configmaps"
    show("creates over HTTPS, 16 connections", [wrk(cluster, path, 16, seconds, script.name)], "1/s",
         ("kube-apiserver", 1330), larger_is_better=True)
    name = cluster.request("GET", path + "?limit=1")["items"][0]["metadata"]["name"]
    show("gets over HTTPS, 16 connections", [wrk(cluster, path + "/" + name, 16, seconds)], "1/s",
         ("kube-apiserver", 2800), larger_is_better=True)
    show("lists of 500 over HTTPS, 4 connections", [wrk(cluster, path + "?limit=500", 4, seconds)], "1/s",
         ("kube-apiserver", 91), larger_is_better=True)


def watch_latency(cluster, runs):
    path = "/api/v1/namespaces/default/configmaps"
    version = cluster.request("GET", path + "?limit=1")["metadata"]["resourceVersion"]
    events = cluster.watch(path + "?watch=true&resourceVersion=" + version)
    connection = cluster.connection()
    latencies = []
    for index in range(max(20, runs)):
        started = time.monotonic()
        cluster.request("POST", path, {"apiVersion": "v1", "kind": "ConfigMap",
                                       "metadata": {"name": "watched-%d" % index}}, connection)
        at, _ = next(events)
        latencies.append(at - started)
    show("create sent -> event seen by a watch", latencies, "s")


def memory(cluster):
    show("resident memory of litmus up, idle", [cluster.resident_megabytes()], "MB", ("kube-apiserver and etcd", 368))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    connections = []
    for _ in range(1000):
        connection = cluster.connection()
        connection.request("GET", "/api/v1/namespaces/default/secrets?watch=true", headers=cluster.headers())
        connection.getresponse()
        connections.append(connection)
    show("the same with 1000 watches", [cluster.resident_megabytes()], "MB")
    for connection in connections:
        connection.close()


def one_shot(litmus, chaos, runs):
    """Whole processes that run an experiment of no-ops: litmus run beside chaostoolkit's chaos run."""
    with tempfile.TemporaryDirectory() as directory:
        engine = os.path.join(directory, "engine.yaml")
        with open(engine, "w") as file:
            file.write("apiVersion: litmuschaos.io/v1alpha1\nkind: ChaosEngine\nmetadata: {name: nothing}\n"
                       "spec:\n  chaosServiceAccount: nobody\n  experiments:\n    - name: pod-delete\n      spec:\n"
                       "        components:\n          env: [{name: TOTAL_CHAOS_DURATION, value: '0'},"
                       " {name: TARGET_PODS, value: idle}]\n")
        idle = os.path.join(directory, "idle.yaml")
        with open(idle, "w") as file:
            file.write("apiVersion: v1\nkind: Pod\nmetadata: {name: idle}\n"
                       "spec: {containers: [{name: idle, image: litmus/sample-app}]}\n")
        experiment = os.path.join(directory, "experiment.json")
        with open(experiment, "w") as file:
            json.dump({"version": "1.0.0", "title": "nothing", "description": "nothing", "method": []}, file)
        ours = [timed([litmus, "run", engine, idle], directory) for _ in range(runs)]
        theirs = [timed([chaos, "--no-version-check", "run", experiment], directory) for _ in range(runs)]
    show("chaos run of nothing (chaostoolkit)", theirs, "s")
    show("litmus run of nothing", ours, "s", ("chaostoolkit", statistics.median(theirs)))


def timed(command, directory):
    started = time.monotonic()
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit("%s ended with %d:\n%s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))
    return time.monotonic() - started


def deploy(cluster, litmus):
    """The sample application, the fault and its account."""
    files = [os.path.join(EXAMPLE, name) for name in ("app.yaml", "fault.yaml", "rbac.yaml")]
    kubectl = os.path.join(HERE, "..", ".build-tools", "kubectl-newest")
    for file in files:
        subprocess.run([kubectl, "--kubeconfig", cluster.kubeconfig, "apply", "-f", file], check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run([kubectl, "--kubeconfig", cluster.kubeconfig, "rollout", "status", "deployment/sample-app",
                    "--timeout=60s"], check=True, stdout=subprocess.DEVNULL)


def main():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda number, _: sys.exit("ended by " + signal.Signals(number).name))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--litmus", required=True)
    parser.add_argument("--chaos", required=True)
    parser.add_argument("--runs", type=int, default=20)
    arguments = parser.parse_args()
    litmus = os.path.abspath(arguments.litmus)
    with Cluster(litmus) as cluster:
        show("litmus up: started -> ready", [cluster.start_seconds], "s")
        memory(cluster)
    with Cluster(litmus) as cluster:
        deploy(cluster, litmus)
        chaos_latency(cluster, arguments.runs)
    with Cluster(litmus) as cluster:
        api_throughput(cluster, arguments.runs)
        watch_latency(cluster, arguments.runs)
        show("resident memory after that load", [cluster.resident_megabytes()], "MB")
    machine_faults(litmus, arguments.runs)
    one_shot(litmus, os.path.abspath(arguments.chaos), arguments.runs)


if __name__ == "__main__":
    main()
