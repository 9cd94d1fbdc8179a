"""A database of many infrastructures, experiments and runs, made of the backup of a small one.

The form of the file is in docs/document-store.md, that of the documents in
Sources/ControlPlane/ChaosCenter/Storage.
"""

import hashlib
import json
import os
import random

PHASES = ("Completed", "Completed", "Completed", "Error", "Stopped")


class Data:
    """What is in the database: ids, and the keys of agents.

    `users`, `projects` and so on come from a real backup, and so does the infrastructure that the others are copies of.
    """

    def __init__(self, backup, project_id, infrastructures, experiments, runs):
        random.seed(20261125)
        with open(backup) as file:
            lines = file.read().splitlines()
        self.header = json.loads(lines[0])
        self.documents = [json.loads(line) for line in lines[1:-1]]
        self.trailer = json.loads(lines[-1])
        self.project_id = project_id
        found = [entry["document"] for entry in self.documents if entry["collection"] == "chaosInfrastructures"]
        if not found:
            raise SystemExit("the backup holds no infrastructure; is the collection's name still chaosInfrastructures?")
        self.model = found[0]
        self.counts = {"infrastructures": infrastructures, "experiments": experiments, "runs": runs}

    # Names that can be told from a number, so that nobody has to read the file again.

    @staticmethod
    def infra_id(number):
        return "infra-%06d" % number

    @staticmethod
    def access_key(number):
        return "key%029d" % number

    @staticmethod
    def experiment_id(number):
        return "experiment-%06d" % number

    @staticmethod
    def revision_id(number):
        return "revision-%06d" % number

    @property
    def version(self):
        return self.model["version"]

    @property
    def created_by(self):
        return self.model["created_by"]

    def identity(self, number):
        return {"infraID": self.infra_id(number), "accessKey": self.access_key(number), "version": self.version}

    # Documents

    def infrastructure(self, number):
        document = {key: value for key, value in self.model.items() if key not in ("_version", "token", "commands")}
        document.update({
            "_id": object_id(1, number), "infra_id": self.infra_id(number), "name": "cluster %d" % number,
            "access_key": self.access_key(number), "is_registered": True, "is_infra_confirmed": True,
            "is_active": False})
        return document

    def experiment(self, number):
        time = self.time(number)
        return {
            "_id": object_id(2, number), "experiment_id": self.experiment_id(number),
            "name": "checkout-%d" % number, "description": "deletes a pod", "tags": [],
            "project_id": self.project_id, "cron_syntax": "", "infra_id": self.infra_id(self.infra_of(number)),
            "experiment_type": "chaosengine", "is_custom_experiment": True, "total_experiment_runs": 0,
            "revision": [{
                "revision_id": self.revision_id(number), "experiment_manifest": json.dumps(engine(number)),
                "updated_at": time, "weightages": [{"fault_name": "checkout-%d" % number, "weightage": 10}],
                "probes": []}],
            "created_at": time, "updated_at": time, "created_by": self.created_by, "updated_by": self.created_by,
            "is_removed": False}

    def infra_of(self, experiment):
        return experiment % self.counts["infrastructures"]

    def run(self, number):
        experiment = number % self.counts["experiments"]
        time = self.time(number)
        phase = random.choice(PHASES)
        passed = phase == "Completed" and random.random() < 0.8
        return {
            "_id": object_id(3, number), "project_id": self.project_id,
            "infra_id": self.infra_id(self.infra_of(experiment)), "experiment_run_id": "run-%08d" % number,
            "experiment_id": self.experiment_id(experiment), "experiment_name": "checkout-%d" % experiment,
            "phase": phase, "probes": [],
            "execution_data": json.dumps(report("run-%08d" % number, phase, number), sort_keys=True),
            "revision_id": self.revision_id(experiment), "notify_id": "notify-%08d" % number,
            "resiliency_score": 100.0 if passed else 0.0, "faults_passed": int(passed),
            "faults_failed": int(not passed), "faults_awaited": 0, "faults_stopped": 0, "faults_na": 0,
            "total_faults": 1, "run_sequence": number // self.counts["experiments"] + 1, "completed": True,
            "last_event_at": time, "created_at": time, "updated_at": time, "created_by": self.created_by,
            "updated_by": self.created_by, "is_removed": False}

    @staticmethod
    def time(number):
        """One a minute, in milliseconds since 1970."""
        return 1750000000000 + number * 60000

    def write(self, path):
        """The backup with all of them. Returns its size in bytes."""
        added = [("chaosInfrastructures", self.infrastructure, self.counts["infrastructures"]),
                 ("chaosExperiments", self.experiment, self.counts["experiments"]),
                 ("chaosExperimentRuns", self.run, self.counts["runs"])]
        names = self.header["collections"]
        self.header["collections"] = sorted(set(names) | {name for name, _, _ in added})
        counts = dict(self.trailer["documents"])
        digest = hashlib.sha256()
        with open(path, "wb") as file:
            def put(value):
                line = compact(value)
                digest.update(line)
                file.write(line)

            put(self.header)
            for entry in self.documents:
                put(entry)
            for name, make, count in added:
                for number in range(count):
                    put({"collection": name, "document": make(number)})
                counts[name] = counts.get(name, 0) + count
            file.write(compact({"documents": counts, "is_of_one_moment": True, "sha256": digest.hexdigest()}))
        os.chmod(path, 0o600)
        return os.path.getsize(path)


def compact(value):
    return (json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n").encode()


def object_id(kind, number):
    return {"$oid": "6745a1b2%02x%014x" % (kind, number)}


def engine(number):
    """The smallest experiment: a ChaosEngine by itself."""
    return {
        "apiVersion": "litmuschaos.io/v1alpha1", "kind": "ChaosEngine",
        "metadata": {"name": "checkout-%d" % number, "namespace": "litmus"},
        "spec": {"engineState": "active", "chaosServiceAccount": "litmus-admin",
                 "appinfo": {"appns": "shop", "applabel": "app=checkout", "appkind": "deployment"},
                 "experiments": [{"name": "pod-delete", "spec": {"components": {"env": [
                     {"name": "TOTAL_CHAOS_DURATION", "value": "30"}, {"name": "CHAOS_INTERVAL", "value": "10"},
                     {"name": "FORCE", "value": "false"}, {"name": "PODS_AFFECTED_PERC", "value": ""}]}}}]}}


def report(run_id, phase, number):
    """What an agent sends of a run (reference: the execution data of LitmusChaos 3.x), 2 to 3 KB."""
    started = 1750000000 + number * 60
    name = "checkout-%d" % number
    fault = {
        "engineUID": run_id, "engineContext": name, "engineName": name, "namespace": "litmus",
        "experimentName": "pod-delete", "experimentStatus": phase, "lastUpdatedAt": str(started + 45),
        "experimentVerdict": "Pass" if phase == "Completed" else "Awaited", "experimentPod": name + "-pod-delete-x2k9q",
        "runnerPod": name + "-runner", "probeSuccessPercentage": "100", "failStep": "N/A",
        "chaosResult": {
            "apiVersion": "litmuschaos.io/v1alpha1", "kind": "ChaosResult",
            "metadata": {"name": name + "-pod-delete", "namespace": "litmus", "labels": {
                "app.kubernetes.io/component": "experiment-job", "chaosUID": run_id, "name": "pod-delete"}},
            "spec": {"engine": name, "experiment": "pod-delete"},
            "status": {"experimentStatus": {"phase": phase, "verdict": "Pass", "probeSuccessPercentage": "100"},
                       "history": {"passedRuns": 1, "failedRuns": 0, "stoppedRuns": 0, "targets": [
                           {"name": "checkout-7d9f8c6b5-%05d" % (index * 7919 % 99991), "kind": "pod",
                            "chaosStatus": "targeted"} for index in range(8)]}}}}
    return {
        "experimentType": "chaosengine", "revisionID": "", "notifyID": None, "experimentID": "", "eventType": "UPDATE",
        "uid": run_id, "namespace": "litmus", "name": name, "creationTimestamp": str(started), "phase": phase,
        "message": "", "startedAt": str(started), "finishedAt": str(started + 45) if phase != "Running" else "",
        "updatedBy": "YWRtaW4",
        "nodes": {name: {"name": name, "phase": phase, "message": "", "startedAt": str(started),
                         "finishedAt": str(started + 45) if phase != "Running" else "", "children": None,
                         "type": "ChaosEngine", "chaosData": fault}}}
