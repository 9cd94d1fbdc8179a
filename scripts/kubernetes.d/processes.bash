# The node's processes: starts them, finds them, ends them. Sourced by scripts/kubernetes.

# The hierarchies: one per controller with cgroup v1, a single one with v2.
hierarchies() {
    if [ -f /sys/fs/cgroup/cgroup.procs ]; then echo /sys/fs/cgroup; return; fi
    local directory
    for directory in /sys/fs/cgroup/*; do
        # Symbolic links are second names of a hierarchy.
        if [ ! -L "$directory" ] && [ -f "$directory/cgroup.procs" ]; then echo "$directory"; fi
    done
}

# Prints the processes of the cluster, found by their cgroup: nothing that they do to themselves hides them.
node_processes() { grep -lsE ":/$cgroup(/|\$)" /proc/[0-9]*/cgroup 2>/dev/null | cut -d / -f 3 || true; }

node_runs() {
    local pid
    pid=$(cat "$state/node.pid" 2>/dev/null) && grep -qs ":/$cgroup/" "/proc/$pid/cgroup"
}

# Runs a command in the node's namespaces.
on_node() {
    local pid
    pid=$(cat "$state/node.pid" 2>/dev/null) || return 1
    nsenter --target "$pid" --mount --net --pid --uts -- "$@"
}

# Moves the calling shell into the cluster's cgroup.
join_cgroup() {
    local hierarchy directory file
    while read -r hierarchy; do
        for directory in "$hierarchy/$cgroup" "$hierarchy/$cgroup/system"; do
            mkdir -p "$directory"
            # Empty in a new cpuset, which then takes no process.
            for file in cpuset.cpus cpuset.mems; do
                if [ -f "$hierarchy/cgroup.clone_children" ] && [ -f "$directory/$file" ]; then
                    cat "$(dirname "$directory")/$file" >"$directory/$file"
                fi
            done
        done
        echo "$BASHPID" >"$hierarchy/$cgroup/system/cgroup.procs"
    done < <(hierarchies)
}

start_node() {
    local parent pid= attempt
    (
        join_cgroup
        exec 9>&- setsid unshare --mount --net --pid --uts --fork --propagation private \
            env -i PATH="$installed/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root \
            "$parts/node" "$installed" "$state" "$node" "$node_address" "$service_range" "${components[@]}" \
            </dev/null >>"$state/logs/node.log" 2>&1
    ) &
    parent=$!
    disown "$parent"
    for attempt in {1..250}; do
        # Before it becomes unshare, it has other children.
        if [ "$(cat "/proc/$parent/comm" 2>/dev/null)" = unshare ]; then
            pid=$(cat "/proc/$parent/task/$parent/children")
            [ -z "$pid" ] || break
        fi
        sleep 0.02
    done
    pid=${pid% }
    [ -n "$pid" ] || fail "the node did not start: see $state/logs/node.log"
    echo "$pid" >"$state/node.pid"
    ip link add "$link" type veth peer name eth0 netns "$pid"
    ip address add "$host_address/30" dev "$link"
    ip link set "$link" up
    ip route add "$pod_range" via "$node_address" dev "$link"
    ip route add "$service_range" via "$node_address" dev "$link"
}

end_node() {
    local pids deadline=$((SECONDS + 12))
    # Ending the first process of the node's process namespace ends all of them.
    while pids=$(node_processes) && [ -n "$pids" ]; do
        [ "$SECONDS" -lt "$deadline" ] || fail "processes $(echo $pids) do not end"
        kill -KILL $pids 2>/dev/null || true
        sleep 0.05
    done
    if ip link show "$link" >/dev/null 2>&1; then ip link delete "$link" 2>/dev/null || true; fi
}

remove_everything() {
    end_node
    remove_cgroups $((SECONDS + 5))
    rm -rf --one-file-system "$state"
}

remove_cgroups() {
    local hierarchy
    while read -r hierarchy; do
        # A cgroup stays busy for a moment after its last process.
        while [ -d "$hierarchy/$cgroup" ] &&
            ! find "$hierarchy/$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null; do
            [ "$SECONDS" -lt "$1" ] || fail "the cgroup $hierarchy/$cgroup stays busy"
            sleep 0.05
        done
    done < <(hierarchies)
}
