#!/usr/bin/env python3
"""Measures the GraphQL engine beside graphql-core: the same schema, document, data and machine, one after the other.

Prints a line a step: operations a second of both, and the ratio. Both run in one thread. "execute" coerces the
variables, calls the resolvers and writes the response as JSON; "all" parses and validates before that.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from figures import show

HERE = os.path.dirname(os.path.abspath(__file__))
CASE = os.path.join(HERE, "graphql-case")
GRAPHQL_CORE = os.path.join(HERE, "..", ".build-tools", "graphql-core")


def case(runs=60, page=15):
    """What is asked of what: four pages of runs, of which the second is asked for."""
    def audit(number):
        user = {"userID": "user-%d" % (number % 7), "username": "user%d" % (number % 7), "email": "u@example.org"}
        return {"createdAt": str(1764086400000 + number), "updatedAt": str(1764086460000 + number),
                "createdBy": user, "updatedBy": None if number % 5 == 0 else user}

    def fault(number):
        probes = [{"name": "probe-%d-%d" % (number, index), "type": ("httpProbe", "k8sProbe")[index % 2],
                   "isPassed": index % 3 != 0} for index in range(2)]
        return {"name": "pod-delete-%d" % number, "verdict": ("Pass", "Fail")[number % 2], "weight": 10,
                "probes": probes}

    def run(number):
        infra = {"infraID": "infra-%d" % (number % 4), "name": "cluster %d" % (number % 4), "isActive": True,
                 "tags": ["production", "eu \u00fc"], **audit(number)}
        return {"runID": "run-%d" % number, "experimentID": "experiment-%d" % (number % 9),
                "experimentName": "checkout \u201c%d\u201d" % (number % 9), "phase": "Completed",
                "resiliencyScore": 100 * (number % 4) / 3, "faultsPassed": 2, "faultsFailed": 1, "totalFaults": 3,
                "runSequence": number, "infra": infra, "faults": [fault(number + index) for index in range(3)],
                **audit(number)}

    request = {"pagination": {"page": 1, "limit": page}, "sort": {"field": "TIME"},
               "filter": {"experimentName": "checkout", "phases": ["Completed", "Error"]}}
    return {"runs": [run(number) for number in range(runs)],
            "variables": {"projectID": "project", "request": request}}


def build():
    """The executable of the release build."""
    # As `make build`, so that nothing is built again.
    command = ["swift", "build", "-c", "release", "--product", "GraphQLBenchmark", "--static-swift-stdlib",
               "-Xlinker", "--no-export-dynamic"]
    root = os.path.join(HERE, "..")
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit("%s failed:\n%s%s" % (" ".join(command), done.stdout, done.stderr))
    path = subprocess.run(command + ["--show-bin-path"], cwd=root, capture_output=True, text=True, check=True).stdout
    return os.path.join(path.strip(), "GraphQLBenchmark")


def measure(program, seconds):
    """Runs both and prints their figures."""
    if not os.path.isdir(os.path.join(GRAPHQL_CORE, "graphql")):
        raise SystemExit("graphql-core is missing; scripts/test-tools installs it")
    with tempfile.TemporaryDirectory(prefix="litmus-bench-") as directory:
        data = os.path.join(directory, "data.json")
        with open(data, "w") as file:
            json.dump(case(), file)
        files = [os.path.join(CASE, "schema.graphql"), os.path.join(CASE, "document.graphql"), data, str(seconds)]
        theirs = run([sys.executable, os.path.join(CASE, "reference.py")] + files, {"PYTHONPATH": GRAPHQL_CORE})
        ours = run([program] + files, {})
    if ours["response"] != theirs["response"] or "errors" in ours["response"]:
        raise SystemExit("the responses differ, so the figures mean nothing:\n%s\n%s" % (
            json.dumps(ours["response"])[:2000], json.dumps(theirs["response"])[:2000]))
    for step in ("parse", "validate", "execute", "all"):
        show("GraphQL: " + step, [ours[step]], "1/s", ("graphql-core", theirs[step]), larger_is_better=True)


def run(command, environment):
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode:
        raise SystemExit("%s ended with %d:\n%s" % (command[0], done.returncode, done.stderr))
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="a GraphQLBenchmark that is built; otherwise the release build is made")
    parser.add_argument("--seconds", type=float, default=3, help="for each step of each engine")
    arguments = parser.parse_args()
    measure(arguments.program or build(), arguments.seconds)


if __name__ == "__main__":
    main()
