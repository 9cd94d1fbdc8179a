extension FaultWatch {
    /// Prints what there is of faults on the targets whenever it changes. Netlink instead of `nft` and `tc`, because
    /// starting programs a hundred times a second would disturb what is measured.
    static let script = #"""
        import ctypes, json, os, socket, struct, sys, time

        journal, orders = sys.argv[1:3]
        libc = ctypes.CDLL(None, use_errno=True)
        CGROUPS = ["/sys/fs/cgroup"] + ["/sys/fs/cgroup/" + n for n in os.listdir("/sys/fs/cgroup")
                                        if os.path.isdir("/sys/fs/cgroup/" + n)]

        def read(path):
            try:
                with open(path, "rb") as file: return file.read()
            except OSError: return b""

        def names(path):
            try: return os.listdir(path)
            except OSError: return []

        def enter(fd):
            if libc.setns(fd, 0x40000000): raise OSError(ctypes.get_errno(), "setns")

        home = os.open("/proc/self/ns/net", os.O_RDONLY)

        def sockets(namespace):
            fd = os.open(namespace, os.O_RDONLY)
            enter(fd)
            try: return [socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, family) for family in (12, 0)]
            finally:
                enter(home)
                os.close(fd)

        def dump(sock, kind, body):
            # NLM_F_REQUEST | NLM_F_DUMP
            sock.send(struct.pack("=IHHII", 16 + len(body), kind, 0x301, 1, 0) + body)
            count = 0
            while True:
                data = sock.recv(1 << 18)
                while data:
                    length, kind = struct.unpack_from("=IH", data)
                    if kind == 2: raise OSError(-struct.unpack_from("=i", data, 16)[0], "netlink")
                    if kind == 3: return count
                    count += 1
                    data = data[(length + 3) & ~3:]

        class Target:
            def __init__(self, uid):
                self.uid, self.groups, self.deaths, self.last = uid, set(), 0, None
                self.filter, self.route = sockets(read(orders + "/" + uid).decode())
                self.qdiscs = self.disciplines()

            def disciplines(self): return dump(self.route, 38, bytes(20))

            def look(self, entries, stressors):
                rules = sum(dump(self.filter, 0x0a00 | kind, bytes(4)) for kind in (1, 7))
                return dict(rules=rules, qdiscs=self.disciplines() - self.qdiscs, deaths=self.deaths,
                            groups=sum(os.path.isdir(group) for group in self.groups),
                            stressors=stressors, entries=entries)

        def paths(value):
            if isinstance(value, dict):
                if isinstance(value.get("path"), str): yield value["path"]
                for item in value.values(): yield from paths(item)
            if isinstance(value, list):
                for item in value: yield from paths(item)

        targets, known, processes = {}, {}, {}

        def kind(pid):
            # Dead processes have no command line.
            words = read(f"/proc/{pid}/cmdline")
            if words.startswith(b"stress-ng"): return "stressor"
            return "application" if words.startswith(b"litmus\0sample-app") else ""

        def entries():
            # Which target each names; a file that goes while it is read is none.
            found = []
            present = [name for name in names(journal) if name.endswith(".json") and not name.startswith(".")]
            for name in present:
                if name not in known:
                    try: entry = json.loads(read(journal + "/" + name))
                    except ValueError: continue
                    known[name] = entry["target"]["podUID"]
                    target = targets.get(known[name])
                    if target:
                        target.groups |= {base + path for path in paths(entry["place"]) for base in CGROUPS}
                found.append(known[name])
            return found

        def scan(now):
            alive, stressors = set(), []
            for name in names("/proc"):
                if not name.isdigit(): continue
                born, what, group = processes.get(name, (now, "", ""))
                # What a young process is may still change.
                if what or now - born < 1: 
                    was, what = what, kind(name)
                    if what and what != was: group = read(f"/proc/{name}/cgroup").decode()
                    if was and not what:
                        if was == "application":
                            for uid, target in targets.items(): target.deaths += uid in group
                    processes[name] = (born, what, group)
                alive.add(name)
                if what == "stressor": stressors.append(group)
            for name in [name for name in processes if name not in alive]:
                _, what, group = processes.pop(name)
                if what == "application":
                    for uid, target in targets.items(): target.deaths += uid in group
            return stressors

        while True:
            wanted = {name for name in names(orders) if not name.startswith(".")}
            for uid in wanted - set(targets): targets[uid] = Target(uid)
            for uid in set(targets) - wanted: targets.pop(uid)
            now = time.clock_gettime(time.CLOCK_MONOTONIC)
            named, stressors = entries(), scan(now)
            for uid, target in targets.items():
                sight = target.look(named.count(uid), sum(uid in group for group in stressors))
                now = time.clock_gettime(time.CLOCK_MONOTONIC)
                if sight != target.last: print(json.dumps(dict(sight, uid=uid, at=now)), flush=True)
                target.last = sight
            time.sleep(0.008)
        """#
}
