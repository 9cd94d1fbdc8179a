"""A `litmus up` for measuring, and a plain HTTPS client for it."""

import base64
import http.client
import json
import re
import ssl
import subprocess
import tempfile
import threading
import time


class Cluster:
    """Starts `litmus up` on a data directory of its own; use it in a `with` statement."""

    def __init__(self, litmus, log_level="error"):
        self.litmus = litmus
        self.log_level = log_level

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="litmus-bench-")
        started = time.monotonic()
        self.process = subprocess.Popen(
            [self.litmus, "up", "--data-dir", self.directory.name, "--listen", "127.0.0.1:0", "--no-center",
             "--log-level", self.log_level],
            # Ctrl-C ends it as everything else does: after the engines that run on it.
            stdout=subprocess.PIPE, text=True, start_new_session=True)
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        self.start_seconds = time.monotonic() - started
        return self

    def wait_until_ready(self):
        self.kubeconfig = None
        for line in self.process.stdout:
            match = re.match(r"kubeconfig: (.*)", line)
            if match:
                self.kubeconfig = match.group(1)
                break
        if self.kubeconfig is None:
            raise SystemExit("litmus up ended with code %s before it was ready" % self.process.wait())
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        text = open(self.kubeconfig).read()
        self.host, port = re.search(r"server: https://([^:/\s]+):(\d+)", text).groups()
        self.port = int(port)
        self.token = re.search(r"token: \"?([^\s\"]+)", text).group(1)
        authority = re.search(r"certificate-authority-data: \"?([^\s\"]+)", text).group(1)
        self.tls = ssl.create_default_context(cadata=base64.b64decode(authority).decode())

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise SystemExit("litmus up did not stop within 20 s")
        finally:
            self.directory.cleanup()

    def connection(self):
        return http.client.HTTPSConnection(self.host, self.port, context=self.tls)

    def headers(self, content="application/json"):
        return {"Authorization": "Bearer " + self.token, "Content-Type": content}

    def request(self, method, path, body=None, connection=None, expect=(200, 201), content="application/json"):
        connection = connection or self.connection()
        connection.request(method, path, json.dumps(body) if body is not None else None, self.headers(content))
        response = connection.getresponse()
        data = response.read()
        if expect and response.status not in expect:
            raise SystemExit("%s %s: %s %s" % (method, path, response.status, data[:500]))
        return json.loads(data) if data else None

    def watch(self, path):
        """Yields (time, event) of a watch, from now on."""
        connection = self.connection()
        connection.request("GET", path, headers=self.headers())
        response = connection.getresponse()
        while True:
            line = response.readline()
            if not line:
                return
            yield time.monotonic(), json.loads(line)

    def resident_megabytes(self):
        for line in open("/proc/%d/status" % self.process.pid):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
