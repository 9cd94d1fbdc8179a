#!/usr/bin/env python3
"""Measures a Chaos Center with many runs and many agents: what docs/benchmarks.md explains, a line a figure."""

import argparse
import asyncio
import base64
import json
import os
import signal
import sys
import tempfile

import center_agents
import graphql
import wrk
from center_data import Data, report
from chaos_center import ChaosCenter
from figures import show

PAGE = """
query listExperimentRuns($projectID: ID!, $request: ListExperimentRunRequest!) {
  listExperimentRun(projectID: $projectID, request: $request) {
    totalNoOfExperimentRuns
    experimentRuns {
      experimentRunID experimentID experimentName phase resiliencyScore runSequence
      faultsPassed faultsFailed faultsAwaited faultsStopped faultsNa totalFaults
      infra { infraID name }
      createdBy { username userID } createdAt
      updatedBy { username userID } updatedAt
    }
  }
}
"""
COUNT = """
query($projectID: ID!, $request: ListExperimentRunRequest!) {
  listExperimentRun(projectID: $projectID, request: $request) { totalNoOfExperimentRuns }
}
"""
EVENT = "mutation($request: ExperimentRunRequest!) { chaosExperimentRun(request: $request) }"
CONNECTIONS = 8


def prepare(litmus, directory, database, sizes):
    """A backup of a real project with an infrastructure, and with copies and runs added to it."""
    first = os.path.join(directory, "first")
    os.mkdir(first)
    backup = os.path.join(directory, "first.backup")
    with ChaosCenter(litmus, first, database) as center:
        show("litmus center: started -> ready", [center.start_seconds], "s")
        project = center.change_first_password()
        center.graphql(
            "mutation($project: ID!, $request: CreateEnvironmentRequest) "
            "{createEnvironment(projectID: $project, request: $request) {environmentID}}",
            project=project, request={"environmentID": "production", "name": "production", "type": "PROD"})
        center.graphql(
            "mutation($project: ID!, $request: RegisterInfraRequest!) "
            "{registerInfra(projectID: $project, request: $request) {infraID}}",
            project=project, request={
                "name": "model", "environmentID": "production", "infrastructureType": "Kubernetes",
                "platformName": "Kubernetes", "infraScope": "cluster", "infraNamespace": "litmus",
                "serviceAccount": "litmus"})
        center.back_up(backup)
    data = Data(backup, project, **sizes)
    full = os.path.join(directory, "full.backup")
    size = data.write(full)
    print("%d infrastructures, %d experiments, %d runs: a backup of %d MB" % (
        sizes["infrastructures"], sizes["experiments"], sizes["runs"], size >> 20), flush=True)
    return data, full


def pages(center, data, runs, seconds):
    """A page of 15 of the runs, beside the cheapest answer of the same server."""
    request = {"query": PAGE, "variables": {
        "projectID": data.project_id, "request": {"pagination": {"page": 0, "limit": 15}}}}
    status, text = center.request("POST", "/api/query", request, raw=True)
    answer = json.loads(text)
    page = (answer.get("data") or {}).get("listExperimentRun") or {}
    expected = min(15, runs)
    if status != 200 or answer.get("errors") or len(page["experimentRuns"]) != expected:
        raise SystemExit("the page is not what it should be (%d): %s" % (status, text[:1000]))
    if page["totalNoOfExperimentRuns"] != runs:
        raise SystemExit("%d runs of %d are there" % (page["totalNoOfExperimentRuns"], runs))
    script = wrk.post(center.token, request)
    wrk.run(center.url + "/api/query", script, CONNECTIONS, seconds=1)
    cheapest = wrk.run(center.url + "/healthz", "", CONNECTIONS, seconds=seconds)
    figures = wrk.run(center.url + "/api/query", script, CONNECTIONS, seconds=seconds)
    if figures["bytes"] / figures["requests"] < len(text.encode()):
        raise SystemExit("answers are shorter than the page: %d bytes" % (figures["bytes"] / figures["requests"]))
    show("page of 15 of %d runs" % runs, [figures["rate"]], "1/s", ("the same server's /healthz", cheapest["rate"]),
         larger_is_better=True)
    print("%-46s p50 %.4f s  p99 %.4f s  (/healthz: p50 %.4f s, p99 %.4f s)" % (
        "the same, %d connections" % CONNECTIONS, figures["p50"], figures["p99"], cheapest["p50"], cheapest["p99"]),
        flush=True)


def run_events(data, number):
    """What an agent sends of a run, as texts before and after the run's id."""
    def parts(phase):
        execution = base64.b64encode(json.dumps(report("run", phase, number), sort_keys=True).encode()).decode()
        body = json.dumps({"query": EVENT, "variables": {"request": {
            "experimentID": data.experiment_id(number), "notifyID": None, "experimentRunID": "RUN-ID",
            "experimentName": "checkout-%d" % number, "executionData": execution,
            "infraID": data.identity(data.infra_of(number)), "revisionID": data.revision_id(number),
            "completed": phase == "Completed", "updatedBy": base64.urlsafe_b64encode(b"admin").decode()}}})
        return body.split("RUN-ID")

    return [parts(phase) for phase in ("Pending", "Running", "Completed")]


def ingest(center, data, seconds):
    """Three events of each of many new runs, from as many agents as there are connections."""
    agents = min(CONNECTIONS, data.counts["experiments"])
    cases = [("ingest-%d-" % number, run_events(data, number)) for number in range(agents)]
    experiments = [data.experiment_id(number) for number in range(agents)]

    def completed():
        request = {"experimentIDs": experiments, "pagination": {"page": 0, "limit": 1},
                   "filter": {"experimentRunStatus": ["Completed"]}}
        return center.graphql(COUNT, projectID=data.project_id, request=request)["listExperimentRun"][
            "totalNoOfExperimentRuns"]

    before = completed()
    figures = wrk.run(center.url + "/api/query", wrk.events(cases, center.url), agents, agents, seconds)
    threads = figures["extra"]["threads"]
    failed = sum(thread["failed"] for thread in threads)
    if failed:
        raise SystemExit("%d events failed: %s" % (failed, figures["extra"]["example"]))
    # wrk does not send the first event of its first thread.
    whole = sum((thread["answered"] + (index == 0)) // 3 for index, thread in enumerate(threads))
    stored = completed() - before
    show("events of runs, %d connections" % agents, [figures["rate"]], "1/s")
    print("%-46s p50 %.4f s  p99 %.4f s; %d events answered; runs whose last one was: %d, stored as completed: %d" % (
        "the same", figures["p50"], figures["p99"], sum(thread["answered"] for thread in threads), whole, stored),
        flush=True)
    # One more a connection may have been taken and not answered when the time was over.
    if not whole <= stored <= whole + agents:
        raise SystemExit("%d runs were stored as completed, where %d were reported" % (stored, whole))


async def agents(center, data, count, acknowledges):
    name = "agents that acknowledge" if acknowledges else "legacy agents"
    # What the first ones cost is not theirs.
    few = center_agents.Agents(center, data, min(20, count), acknowledges)
    try:
        await few.connect()
    finally:
        await few.leave()
    await asyncio.sleep(1)
    before = center.resident_kib()
    crowd = center_agents.Agents(center, data, count, acknowledges)
    try:
        seconds = await crowd.connect()
        await asyncio.sleep(2)
        after = center.resident_kib()
        show("%d %s: connected" % (count, name), [seconds], "s")
        print("%-46s %10.1f KiB each  (resident: %.1f MB before, %.1f MB with them)" % (
            "the same: memory", (after - before) / count, before / 1024, after / 1024), flush=True)
        latencies, whole = await crowd.command_all()
        show("the same: run requested -> command arrived", latencies, "s", tail=True)
        show("the same: first request -> last arrival", [whole], "s")
    finally:
        await crowd.leave()


def stop(number, _):
    sys.exit("ended by " + signal.Signals(number).name)


def main():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, stop)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--litmus", required=True, help="the executable of the release build")
    parser.add_argument("--runs", type=int, default=100_000, help="that are in the database; the rest follows from it")
    parser.add_argument("--agents", type=int, help="5,000 unless there are fewer runs than 100,000")
    parser.add_argument("--seconds", type=float, help="of each load; 10 unless there are fewer runs")
    parser.add_argument("--database", help="a database of MongoDB or SQLite that is overwritten; a new SQLite file")
    parser.add_argument("--graphql-benchmark", metavar="PROGRAM", help="a GraphQLBenchmark that is built")
    parser.add_argument("--only", action="append", choices=["pages", "graphql", "agents", "ingest"])
    arguments = parser.parse_args()
    wrk.check()
    count = arguments.agents or max(20, min(5000, arguments.runs // 20))
    seconds = arguments.seconds or (10 if arguments.runs >= 100_000 else 3)
    wanted = arguments.only or ["pages", "graphql", "agents", "ingest"]
    if "agents" in wanted:
        # Of this process, which has a socket for each agent; the server, which has as many, inherits it.
        files = center_agents.allow_files(count + 1000)
        if files < count + 1000:
            count = max(1, files - 1000)
            print("at most %d files may be open (ulimit -n), so only %d agents connect" % (files, count), flush=True)
    if "graphql" in wanted:
        graphql.measure(arguments.graphql_benchmark or graphql.build(), min(3, seconds))
    if wanted == ["graphql"]:
        return
    measure(os.path.abspath(arguments.litmus), arguments.database, arguments.runs, count, seconds, wanted)


def measure(litmus, database, runs, count, seconds, wanted):
    with tempfile.TemporaryDirectory(prefix="litmus-bench-") as directory:
        sizes = {"infrastructures": count, "experiments": count, "runs": runs}
        data, backup = prepare(litmus, directory, database, sizes)
        second = os.path.join(directory, "second")
        os.mkdir(second)
        center = ChaosCenter(litmus, second, database)
        center.restore(backup)
        os.remove(backup)
        with center:
            center.log_in()
            if "pages" in wanted:
                pages(center, data, runs, seconds)
            if "ingest" in wanted:
                ingest(center, data, seconds)
        for acknowledges in (False, True) if "agents" in wanted else ():
            # A new process each time, so that its memory is that of these agents.
            with ChaosCenter(litmus, second, database) as center:
                center.log_in()
                asyncio.run(agents(center, data, count, acknowledges))


if __name__ == "__main__":
    main()
