# Keys, certificates and kubeconfigs of the cluster. Sourced by scripts/kubernetes.

# Makes pki/NAME.key and pki/NAME.crt: certificate NAME SUBJECT EXTENSIONS
certificate() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$pki/$1.key"
    openssl req -new -key "$pki/$1.key" -subj "$2" |
        openssl x509 -req -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 365 -sha256 \
            -extfile <(printf 'keyUsage=critical,digitalSignature\n%s\n' "$3") -out "$pki/$1.crt" 2>/dev/null
}

client() { certificate "$1" "$2" extendedKeyUsage=clientAuth; }
server() { certificate "$1" "$2" "$(printf 'extendedKeyUsage=serverAuth\nsubjectAltName=%s' "$3")"; }

# Writes a kubeconfig that carries its credentials: kubeconfig PATH SERVER CERTIFICATE
kubeconfig() {
    cat >"$1" <<YAML
apiVersion: v1
kind: Config
current-context: litmus-kubernetes
clusters:
- name: litmus-kubernetes
  cluster: {server: "$2", certificate-authority-data: $(base64 -w 0 "$pki/ca.crt")}
users:
- name: $3
  user: {client-certificate-data: $(base64 -w 0 "$pki/$3.crt"), client-key-data: $(base64 -w 0 "$pki/$3.key")}
contexts:
- name: litmus-kubernetes
  context: {cluster: litmus-kubernetes, user: $3}
YAML
}

certificates() {
    pki=$state/pki
    local name
    (
        umask 077
        mkdir -p "$pki"
        openssl ecparam -name prime256v1 -genkey -noout -out "$pki/ca.key"
        openssl req -x509 -new -key "$pki/ca.key" -subj /CN=litmus-kubernetes -days 365 -sha256 \
            -addext keyUsage=critical,digitalSignature,keyCertSign,cRLSign -out "$pki/ca.crt"
        openssl ecparam -name prime256v1 -genkey -noout -out "$pki/service-accounts.key"
        openssl ec -in "$pki/service-accounts.key" -pubout -out "$pki/service-accounts.pub" 2>/dev/null
        server kube-apiserver /CN=kube-apiserver "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,\
DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:$node_address,IP:$service_address"
        server kubelet-server "/CN=$node" "DNS:$node,IP:127.0.0.1,IP:$node_address"
        client kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
        client admin /O=system:masters/CN=kubernetes-admin
        client kubelet "/O=system:nodes/CN=system:node:$node"
        for name in kube-controller-manager kube-scheduler kube-proxy; do client "$name" "/CN=system:$name"; done
        client dns /O=system:masters/CN=litmus-kubernetes-dns
        for name in kubelet kube-controller-manager kube-scheduler kube-proxy dns; do
            kubeconfig "$state/$name.kubeconfig" https://127.0.0.1:6443 "$name"
        done
        kubeconfig "$state/admin.kubeconfig" "https://$node_address:6443" admin
    )
}
