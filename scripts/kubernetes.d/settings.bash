# What every component is told: a file with its arguments, one a line, and its configuration. Sourced by
# scripts/kubernetes.

arguments() { printf '%s\n' "${@:2}" >"$state/arguments/$1"; }

settings() {
    mkdir -p "$state"/{arguments,cni,etcd,containerd,kubelet,logs}
    etcd_settings
    containerd_settings
    control_plane_settings
    kubelet_settings
    proxy_settings
    arguments dns "$installed/bin/cluster-dns" "$state/dns.kubeconfig" "$dns_address" "$node_address"
}

etcd_settings() {
    arguments etcd "$installed/bin/etcd" --name "$node" --data-dir "$state/etcd" --logger zap --log-level warn \
        --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
        --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
        --initial-cluster "$node=http://127.0.0.1:2380"
}

containerd_settings() {
    arguments containerd "$installed/bin/containerd" --config "$state/containerd.toml"
    # Raising a score is all that is allowed here: without the restriction, no sandbox starts.
    cat >"$state/containerd.toml" <<TOML
version = 2
root = "$state/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
    "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]

[grpc]
address = "/run/containerd/containerd.sock"

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "localhost/pause:1"
restrict_oom_score_adj = true
disable_apparmor = true

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "$installed/cni"
conf_dir = "$state/cni"
TOML
    cat >"$state/cni/10-litmus.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "litmus", "plugins": [
  {"type": "bridge", "bridge": "litmus-kube0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "/run/cni", "ranges": [[{"subnet": "$pod_range"}]],
            "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
}

control_plane_settings() {
    local pki=$state/pki local_api=("--bind-address=127.0.0.1" "--leader-elect=false")
    # The audit log counts requests: one line each, when the response is complete.
    cat >"$state/audit.yaml" <<'YAML'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules: [{level: Metadata}]
YAML
    arguments kube-apiserver "$installed/bin/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 \
        --advertise-address="$node_address" --secure-port=6443 --insecure-port=0 --allow-privileged=true \
        --service-cluster-ip-range="$service_range" --authorization-mode=Node,RBAC \
        --enable-admission-plugins=NodeRestriction --client-ca-file="$pki/ca.crt" \
        --tls-cert-file="$pki/kube-apiserver.crt" --tls-private-key-file="$pki/kube-apiserver.key" \
        --service-account-issuer=https://kubernetes.default.svc \
        --service-account-key-file="$pki/service-accounts.pub" \
        --service-account-signing-key-file="$pki/service-accounts.key" \
        --kubelet-certificate-authority="$pki/ca.crt" --kubelet-client-certificate="$pki/kubelet-client.crt" \
        --kubelet-client-key="$pki/kubelet-client.key" --kubelet-preferred-address-types=InternalIP \
        --audit-policy-file="$state/audit.yaml" --audit-log-path="$state/logs/audit.log" --audit-log-mode=batch
    arguments kube-controller-manager "$installed/bin/kube-controller-manager" "${local_api[@]}" \
        --kubeconfig="$state/kube-controller-manager.kubeconfig" --root-ca-file="$pki/ca.crt" \
        --service-account-private-key-file="$pki/service-accounts.key" --use-service-account-credentials=true \
        --cluster-signing-cert-file="$pki/ca.crt" --cluster-signing-key-file="$pki/ca.key" --port=0 --kube-api-qps=100 \
        --kube-api-burst=200
    arguments kube-scheduler "$installed/bin/kube-scheduler" "${local_api[@]}" \
        --kubeconfig="$state/kube-scheduler.kubeconfig" --port=0
}

kubelet_settings() {
    arguments kubelet "$installed/bin/kubelet" --config="$state/kubelet.yaml" --kubeconfig="$state/kubelet.kubeconfig" \
        --hostname-override="$node" --node-ip="$node_address" --root-dir="$state/kubelet" --container-runtime=remote \
        --container-runtime-endpoint=unix:///run/containerd/containerd.sock
    printf 'nameserver %s\n' "$node_address" >"$state/resolv.conf"
    cat >"$state/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $state/pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $state/pki/kubelet-server.crt
tlsPrivateKeyFile: $state/pki/kubelet-server.key
cgroupDriver: cgroupfs
cgroupRoot: /$cgroup
failSwapOn: false
maxPods: 250
podPidsLimit: -1
clusterDNS: [$dns_address]
clusterDomain: cluster.local
resolvConf: $state/resolv.conf
# Full disks and old images are the machine's concern.
evictionHard: {memory.available: "0%", nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%"}
imageGCHighThresholdPercent: 100
serializeImagePulls: false
kubeAPIQPS: 50
kubeAPIBurst: 100
eventRecordQPS: 0
# How soon the node is seen to be ready.
nodeStatusUpdateFrequency: 1s
nodeStatusReportFrequency: 5m
# Their directory is outside of the kubelet's own.
featureGates: {DevicePlugins: false}
YAML
}

proxy_settings() {
    arguments kube-proxy "$installed/bin/kube-proxy" --config="$state/kube-proxy.yaml"
    # A network namespace cannot change the machine's connection table, hence no limits for it.
    cat >"$state/kube-proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $state/kube-proxy.kubeconfig}
hostnameOverride: $node
bindAddress: $node_address
mode: iptables
clusterCIDR: $pod_range
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
iptables: {minSyncPeriod: 0s, syncPeriod: 30s}
YAML
}
