"""Thousands of agents in one process, and the requests that make them busy."""

import asyncio
import json
import os
import resource
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".build-tools", "gql"))

CONNECT = ("subscription{infraConnect(request:{infraID:%s,version:%s,accessKey:%s})"
           "{action{k8sManifest,externalData,requestID requestType username namespace}}}")
ACKNOWLEDGE = ("mutation($request: InfraIdentity!, $outcomes: [InfraActionOutcome!]!)"
               "{acknowledgeInfraActions(request: $request, outcomes: $outcomes)}")
RUN = "mutation($id: String!, $project: ID!) {runChaosExperiment(experimentID: $id, projectID: $project) {notifyID}}"
ACTIVE = "query($project: ID!) {getInfraStats(projectID: $project) {totalActiveInfrastructure}}"


def allow_files(wanted):
    """Raises the limit of open files, which children inherit. Returns how many there may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (max(hard, wanted), hard):
        if hard == resource.RLIM_INFINITY or limit <= hard or os.geteuid() == 0:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, limit)), limit))
                break
            except (ValueError, OSError):
                continue
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Requests:
    """One connection for HTTP requests, one after the other."""

    def __init__(self, port, token=None):
        self.port = port
        self.head = "Authorization: Bearer %s\r\n" % token if token else ""
        self.streams = None

    async def graphql(self, query, variables):
        body = json.dumps({"query": query, "variables": variables}).encode()
        head = ("POST /api/query HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n%s"
                "Content-Length: %d\r\n\r\n" % (self.port, self.head, len(body))).encode()
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(head + body)
        answer = json.loads(await self.read(reader))
        if answer.get("errors"):
            raise SystemExit("GraphQL: %s\n%s" % (json.dumps(answer["errors"])[:500], query))
        return answer["data"]

    @staticmethod
    async def read(reader):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if "content-length" in fields:
            return await reader.readexactly(int(fields["content-length"]))
        body = b""
        while True:
            size = int((await reader.readline()).strip() or b"0", 16)
            part = await reader.readexactly(size + 2)
            if size == 0:
                return body
            body += part[:-2]

    def close(self):
        if self.streams:
            self.streams[1].close()


class Agents:
    """Agents of the first `count` infrastructures of `data`."""

    def __init__(self, center, data, count, acknowledges):
        self.center = center
        self.data = data
        self.count = count
        self.acknowledges = acknowledges
        self.arrived = {}
        self.sent = {}
        self.sockets = []
        self.tasks = []
        self.outcomes = asyncio.Queue()
        self.failure = None

    async def connect(self):
        """Returns the seconds until the server counts all of them as connected."""
        began = time.monotonic()
        few = asyncio.Semaphore(100)

        async def one(number):
            async with few:
                await self.connect_one(number)

        await asyncio.gather(*(one(number) for number in range(self.count)))
        requests = Requests(self.center.port, self.center.token)
        try:
            while True:
                data = await requests.graphql(ACTIVE, {"project": self.data.project_id})
                if data["getInfraStats"]["totalActiveInfrastructure"] >= self.count:
                    return time.monotonic() - began
                if self.failure or time.monotonic() - began > 60 + self.count / 20:
                    raise SystemExit("%d of %d agents are connected: %s" % (
                        data["getInfraStats"]["totalActiveInfrastructure"], self.count, self.failure))
                await asyncio.sleep(0.05)
        finally:
            requests.close()

    async def connect_one(self, number):
        from websockets.asyncio.client import connect
        socket = await connect(
            "ws://127.0.0.1:%d/api/query" % self.center.port, compression=None, ping_interval=None, proxy=None,
            max_queue=4, open_timeout=60)
        self.sockets.append(socket)
        begin = {"type": "connection_init"}
        if self.acknowledges:
            begin["payload"] = {"acknowledges": True}
        await socket.send(json.dumps(begin))
        identity = self.data.identity(number)
        query = CONNECT % tuple(json.dumps(identity[key]) for key in ("infraID", "version", "accessKey"))
        await socket.send(json.dumps({"payload": {"query": query}, "type": "start"}))
        while json.loads(await socket.recv())["type"] != "connection_ack":
            pass
        self.tasks.append(asyncio.create_task(self.listen(number, socket)))

    async def listen(self, number, socket):
        from websockets.exceptions import ConnectionClosed
        try:
            async for text in socket:
                message = json.loads(text)
                if message["type"] == "data" and not message["payload"].get("errors"):
                    self.take(number, message["payload"]["data"]["infraConnect"]["action"])
                elif message["type"] not in ("data", "ka"):
                    self.failure = self.failure or text[:300]
                elif message["type"] == "data":
                    self.failure = self.failure or json.dumps(message["payload"]["errors"])[:300]
        except ConnectionClosed as closed:
            self.failure = self.failure or "closed: %s" % closed

    def take(self, number, action):
        if action["requestType"] == "create":
            self.arrived.setdefault(number, time.monotonic())
        if self.acknowledges:
            self.outcomes.put_nowait((number, action["requestID"]))

    async def command_all(self, connections=8, timeout=600):
        """Starts the experiment of every agent. Returns the seconds from each request to its arrival, and in all."""
        acknowledging = [asyncio.create_task(self.acknowledge()) for _ in range(4)] if self.acknowledges else []
        numbers = iter(range(self.count))
        began = time.monotonic()

        async def work():
            requests = Requests(self.center.port, self.center.token)
            for number in numbers:
                self.sent[number] = time.monotonic()
                await requests.graphql(RUN, {"id": self.data.experiment_id(number), "project": self.data.project_id})
            requests.close()

        await asyncio.gather(*(work() for _ in range(connections)))
        while len(self.arrived) < self.count:
            if self.failure or time.monotonic() - began > timeout:
                raise SystemExit("%d of %d commands arrived: %s" % (len(self.arrived), self.count, self.failure))
            await asyncio.sleep(0.01)
        if acknowledging:
            await asyncio.wait_for(self.outcomes.join(), timeout)
        for task in acknowledging:
            task.cancel()
        return [self.arrived[number] - self.sent[number] for number in range(self.count)], (
            max(self.arrived.values()) - began)

    async def acknowledge(self):
        requests = Requests(self.center.port)
        while True:
            number, request_id = await self.outcomes.get()
            await requests.graphql(ACKNOWLEDGE, {
                "request": self.data.identity(number), "outcomes": [{"requestID": request_id}]})
            self.outcomes.task_done()

    async def leave(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*(socket.close() for socket in self.sockets), return_exceptions=True)
