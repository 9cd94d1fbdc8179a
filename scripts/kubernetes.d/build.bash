# Fetches and builds what the cluster runs, into $tools. Sourced by scripts/kubernetes.

# To be raised with every change of what is built.
recipe=3
go_packages=(golang-1.19-go golang-1.19-src rsync libpopt0 libxxhash0)
server_programs=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy)

build() {
    [ "$(cat "$tools/recipe" 2>/dev/null)" != "$recipe" ] || { install_packages; return 0; }
    install_packages
    mkdir -p "$tools"
    # One at a time: others find it built.
    exec 8<"$tools"
    flock 8
    [ "$(cat "$tools/recipe" 2>/dev/null)" != "$recipe" ] || { exec 8<&-; return 0; }
    local started=$SECONDS
    work=$tools/work
    rm -rf "$work"
    mkdir -p "$work" "$tools"/{bin,cni,images}
    debian_programs
    debian go "${go_packages[@]}"
    kubernetes_programs
    images
    echo "$recipe" >"$tools/recipe"
    rm -rf "$work"
    exec 8<&-
    echo "kubernetes: built in $((SECONDS - started)) s"
}

# What has to be on the machine itself is no more than programs, none of them a service.
install_packages() {
    local program
    for program in curl dpkg-source ip iptables make nsenter openssl runc; do
        command -v "$program" >/dev/null || { scripts/bootstrap --kubernetes; return; }
    done
}

# Unpacks packages without installing them, so that no service of theirs starts: debian DIRECTORY PACKAGE...
debian() {
    mkdir -p "$work/$1" "$work/packages-$1"
    (
        cd "$work/packages-$1"
        apt-get download -qq "${@:2}" >/dev/null 2>&1 || { apt-get update -qq && apt-get download -qq "${@:2}" >/dev/null; }
        local package
        for package in *.deb; do dpkg -x "$package" "../$1"; done
    ) || fail "cannot download the Debian packages ${*:2}: is the mirror in reach?"
}

debian_programs() {
    debian programs etcd-server containerd containernetworking-plugins kubernetes-client conntrack busybox-static
    install -m 755 "$work"/programs/usr/bin/{etcd,containerd,containerd-shim-runc-v2,ctr,kubectl} "$tools/bin"
    install -m 755 "$work/programs/usr/sbin/conntrack" "$tools/bin"
    install -m 755 "$work"/programs/usr/lib/cni/{bridge,host-local,loopback,portmap} "$tools/cni"
}

# The source package, by way of package lists of our own: the machine's need not name sources.
kubernetes_source() {
    local lists=$work/apt release
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mkdir -p "$lists"/{lists,cache}/partial "$lists/cache/archives/partial"
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $release main" \
        >"$lists/sources.list"
    local apt=(apt-get -qq -o Dir::Etc::SourceList="$lists/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o Dir::State::Lists="$lists/lists" -o Dir::Cache="$lists/cache" -o APT::Sandbox::User=root)
    (cd "$work" && "${apt[@]}" update && "${apt[@]}" source --download-only kubernetes) >/dev/null ||
        fail "cannot download Debian's source package kubernetes"
    # Its signature was checked by apt, through the lists.
    dpkg-source --no-check -x "$work"/kubernetes_*.dsc "$work/source" >/dev/null 2>&1
    # Newer kubelets report an ended pod at once; this one looks every ten seconds.
    change pkg/kubelet/status/status_manager.go 'const syncPeriod = 10 \* time.Second' 'const syncPeriod = time.Second'
    # Without a sandbox removed by this collection, a pod stays Terminating: up to a minute, for some.
    change pkg/kubelet/kubelet.go 'ContainerGCPeriod = time.Minute' 'ContainerGCPeriod = 2 * time.Second'
    # It would look five seconds for a Docker that is not there.
    change vendor/github.com/google/cadvisor/container/docker/factory.go \
        'const rootDirRetries = 5' 'const rootDirRetries = 1'
    # With this Go, an empty string would be no string.
    local validation
    for validation in github.com/go-openapi/validate k8s.io/kube-openapi/pkg/validation/validate; do
        change "vendor/$validation/type.go" 'if data == nil || reflect.DeepEqual(.*)) {' 'if data == nil {'
    done
    # The vendored one reads maps of this Go wrongly: the API server would die of many a custom resource.
    debian reflect2 golang-github-modern-go-reflect2-dev
    local vendored=$work/source/vendor/github.com/modern-go/reflect2
    rm "$vendored"/*.go "$vendored"/*.s
    cp "$work"/reflect2/usr/share/gocode/src/github.com/modern-go/reflect2/*.{go,s} "$vendored"
    rm -f "$vendored"/*_test.go
}

# Changes a line of the source that must be there: change FILE PATTERN REPLACEMENT
change() {
    grep -q "$2" "$work/source/$1" || fail "the source package has no '$2' in $1 any more"
    sed -i "s/$2/$3/" "$work/source/$1"
}

kubernetes_programs() {
    echo "kubernetes: building the servers from Debian's source package; the log is $tools/build.log"
    kubernetes_source
    local version
    version=$(sed -nE 's/^Version: .*really([0-9.]+)-.*/\1/p; t; s/^Version: ([0-9.]+)-.*/\1/p' "$work"/kubernetes_*.dsc | head -n 1)
    cat >"$work/version" <<VERSION
KUBE_GIT_COMMIT=''
KUBE_GIT_TREE_STATE='archive'
KUBE_GIT_VERSION='v$version'
KUBE_GIT_MAJOR='${version%%.*}'
KUBE_GIT_MINOR='$(cut -d . -f 2 <<<"$version")'
VERSION
    mkdir -p "$work/home" "$work/source/.go/src/k8s.io" "$work/source/cmd/cluster-dns" "$work/source/cmd/pause"
    ln -s ../../.. "$work/source/.go/src/k8s.io/kubernetes"
    cp "$parts/dns.go" "$work/source/cmd/cluster-dns"
    cp "$parts/pause.go" "$work/source/cmd/pause"
    build_environment nice -n 10 make -C "$work/source" WHAT="${server_programs[*]/#/cmd/} cmd/cluster-dns cmd/pause" \
        >"$tools/build.log" 2>&1 || {
        tail -n 20 "$tools/build.log" >&2
        fail "the build failed: see $tools/build.log"
    }
    local program
    for program in "${server_programs[@]}" cluster-dns; do
        install -m 755 "$work/source/_output/bin/$program" "$tools/bin"
    done
}

# Runs a command with the unpacked Go and nothing of the user's own settings for it.
build_environment() {
    local root
    root=$(echo "$work"/go/usr/lib/go-*)
    env -i HOME="$work/home" PATH="$root/bin:$work/go/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin" LC_ALL=C.UTF-8 \
        LD_LIBRARY_PATH="$(echo "$work"/go/usr/lib/*-linux-gnu)" GOROOT="$root" GOPATH="$work/source/.go" \
        GO111MODULE=off GOLDFLAGS="-s -w" CGO_ENABLED=0 KUBE_GIT_VERSION_FILE="$work/version" "$@"
}

# The image that every pod starts with, and a small one for tests: nothing can be pulled.
images() {
    install -D -m 755 "$work/source/_output/bin/pause" "$work/pause/pause"
    image localhost/pause:1 "$work/pause" '"Entrypoint": ["/pause"], "User": "65535:65535"'
    local applet
    install -D -m 755 "$work/programs/bin/busybox" "$work/busybox/bin/busybox"
    for applet in $("$work/busybox/bin/busybox" --list); do
        [ "$applet" = busybox ] || ln -s busybox "$work/busybox/bin/$applet"
    done
    mkdir -p "$work"/busybox/{etc,root,tmp}
    chmod 1777 "$work/busybox/tmp"
    echo root:x:0:0:root:/root:/bin/sh >"$work/busybox/etc/passwd"
    image localhost/busybox:1 "$work/busybox" '"Cmd": ["sh"], "Env": ["PATH=/bin"]'
}

# Makes an image archive of a directory: image NAME DIRECTORY CONFIGURATION
image() {
    local name=${1##*/} layers=$work/image
    rm -rf "$layers"
    mkdir -p "$layers"
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$2" -cf "$layers/layer.tar" .
    printf '{"architecture": "%s", "os": "linux", "config": {%s}, "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}' \
        "$(dpkg --print-architecture)" "$3" "$(sha256sum "$layers/layer.tar" | cut -d ' ' -f 1)" >"$layers/config.json"
    printf '[{"Config": "config.json", "RepoTags": ["%s"], "Layers": ["layer.tar"]}]' "$1" >"$layers/manifest.json"
    tar --mtime=@0 -C "$layers" -cf "$tools/images/${name%:*}.tar" manifest.json config.json layer.tar
}
