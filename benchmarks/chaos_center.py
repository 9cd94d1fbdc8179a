"""A `litmus center` for measuring, a plain client of its APIs, and its database's backups."""

import http.client
import json
import os
import re
import socket
import subprocess
import tempfile
import time

PASSWORD = "Bench@1234"


class ChaosCenter:
    """Starts `litmus center` on a data directory; use it in a `with` statement."""

    def __init__(self, litmus, directory, database=None):
        self.litmus = litmus
        self.directory = directory
        self.database = database
        self.port = free_port()
        self.token = None

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.port

    @property
    def database_url(self):
        return self.database or "sqlite://" + os.path.join(self.directory, "center", "center.db")

    def __enter__(self):
        command = [self.litmus, "center", "--data-dir", self.directory, "--listen", "127.0.0.1:%d" % self.port]
        if self.database:
            command += ["--database", self.database]
        self.log = tempfile.TemporaryFile("w+")
        started = time.monotonic()
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
                                        start_new_session=True)
        try:
            self.wait_until_ready(60)
        except BaseException:
            self.__exit__()
            raise
        self.start_seconds = time.monotonic() - started
        return self

    def wait_until_ready(self, seconds):
        deadline = time.monotonic() + seconds
        while True:
            if self.process.poll() is not None:
                raise SystemExit("litmus center ended with %d before it was ready:\n%s" % (
                    self.process.returncode, self.messages()))
            try:
                if self.request("GET", "/healthz", raw=True)[0] == 200:
                    return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise SystemExit("litmus center is not ready after %d s:\n%s" % (seconds, self.messages()))
            time.sleep(0.02)

    def messages(self):
        """The end of what it wrote."""
        self.log.seek(0)
        return self.log.read()[-3000:]

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise SystemExit("litmus center did not stop within 30 s:\n%s" % self.messages())

    def resident_kib(self):
        with open("/proc/%d/status" % self.process.pid) as file:
            return int(re.search(r"VmRSS:\s*(\d+) kB", file.read()).group(1))

    # APIs

    def request(self, method, path, body=None, raw=False):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Content-Type": "application/json", "Referer": self.url}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if raw:
            return response.status, text
        if response.status >= 300:
            raise SystemExit("%s %s was answered %d: %s" % (method, path, response.status, text[:1000]))
        return json.loads(text)

    def graphql(self, query, **variables):
        answer = self.request("POST", "/api/query", {"query": query, "variables": variables})
        if answer.get("errors"):
            raise SystemExit("GraphQL: %s\n%s" % (json.dumps(answer["errors"])[:1000], query))
        return answer["data"]

    def log_in(self, password=PASSWORD):
        answer = self.request("POST", "/auth/login", {"username": "admin", "password": password})
        self.token = answer["accessToken"]
        return answer.get("projectID") or ""

    def change_first_password(self):
        """Returns the id of the project that comes with it."""
        self.log_in("litmus")
        answer = self.request("POST", "/auth/update/password",
                              {"username": "admin", "oldPassword": "litmus", "newPassword": PASSWORD})
        return self.log_in() or answer.get("projectID") or self.request(
            "POST", "/auth/create_project", {"projectName": "bench"})["data"]["projectID"]

    # Backups

    def back_up(self, file):
        self.run("backup", "--database", self.database_url, file)

    def restore(self, file):
        """To be called while it does not run."""
        os.makedirs(os.path.join(self.directory, "center"), mode=0o700, exist_ok=True)
        overwrite = ["--overwrite"] if self.database else []
        self.run("restore", "--database", self.database_url, *overwrite, file)

    def run(self, *arguments):
        done = subprocess.run((self.litmus,) + arguments, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit("litmus %s ended with %d:\n%s%s" % (
                " ".join(arguments), done.returncode, done.stdout, done.stderr))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
