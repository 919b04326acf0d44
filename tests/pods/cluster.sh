#!/usr/bin/env bash
# A cluster of one node that runs pods, on this machine: etcd, API server, controllers, scheduler, containerd and kubelet.
#   cluster.sh COMMAND…     runs it with KUBECONFIG (of the cluster's admin) and SANDBOX_HOST (its machine's address, for pods)
# Cluster and command have a network, processes and mounts of their own, which end with the command: nobody else reaches it, and two run beside
# each other. The machine keeps nothing of it.
# Needs root, programs that `make pods` builds, a Docker engine (DOCKER_HOST) for the tests' images, and of Debian runc, iptables, containerd (for
# ctr) and containernetworking-plugins.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
export PATH=$root/.cache/bin/pods:$root/.cache/bin:/usr/sbin:/sbin:$PATH
bridge=pods
address=10.213.0.1
# Where pods look for the API server. There is no kube-proxy: one rule leads there.
service=10.214.0.1

fail() { echo "cluster.sh: $*" >&2; exit 1; }
needs() { # needs <words> <command …>
	"${@:2}" >/dev/null 2>&1 || fail "needs $1"
}

check() {
	local program
	needs root test "$(id -u)" = 0
	needs "a Docker engine (DOCKER_HOST)" docker version
	for program in runc ctr iptables curl openssl unshare; do needs "$program" command -v "$program"; done
	needs "Debian's containernetworking-plugins (/usr/lib/cni/bridge)" test -x /usr/lib/cni/bridge
	for program in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet pods/containerd pods/containerd-shim-runc-v2; do
		needs "$program: make pods builds it" test -x "$root/.cache/bin/$program"
	done
}

# Of the Docker engine, under names of our own: an image that somebody has by the name of a pod's must stay.
ours=gitlab-fleet-pods-$$
names=() container=

outside() { # outside <command …>
	local status=0
	check
	folder=$(mktemp -d)
	trap restore EXIT
	images
	# Who ends this script alone ends the cluster, too.
	unshare --mount --net --pid --fork --kill-child --mount-proc -- bash "$0" --inside "$folder" "$@" <&0 &
	cluster=$!
	wait "$cluster" || status=$?
	return "$status"
}

restore() {
	local tries
	set +e
	if [ -n "${cluster:-}" ]; then
		kill -9 "$cluster"
		wait "$cluster"
	fi 2>/dev/null
	for ((tries = 0; tries < 20; tries++)); do
		find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} + 2>/dev/null && break
		sleep 0.25
	done
	forget
	rm -rf "$folder"
}
# Takes from the Docker engine what was made there.
forget() {
	[ -z "$container" ] || docker rm --force "$container" >/dev/null
	[ ${#names[@]} = 0 ] || docker rmi "${names[@]/#/$ours/}" >/dev/null
	names=() container=
}

pack() { # pack <name of the image> <image of the tests> <change …>: an image with what lies in $folder/add besides, into $names
	container=$(docker create "gitlab-fleet-test/$2" true)
	docker cp "$folder/add/." "$container:/" >/dev/null
	docker commit "${@:3}" "$container" "$ours/$1" >/dev/null
	names+=("$1")
	docker rm "$container" >/dev/null
	container=
}
# Scripts of the kubernetes executor begin with /usr/bin/env.
addenda() {
	rm -rf "$folder/add"
	mkdir -p "$folder"/add/{bin,etc,usr/bin}
	ln -s /bin/busybox "$folder/add/usr/bin/env"
}

# Images of the tests under the names that people's pods have.
images() {
	local version=19.4.0 library name
	bash "$root/dev/toolchain/images/images.sh" >/dev/null
	addenda
	pack docker.io/fleet/pause:1 job:1 --change 'ENTRYPOINT ["/bin/sh","-c","trap \"exit 0\" TERM INT; while :; do sleep 1000 & wait $!; done"]'
	pack "docker.io/gitlab/gitlab-runner:alpine-v$version" "runner:$version" --change 'ENTRYPOINT ["gitlab-runner"]'
	echo 'NAME="Alpine Linux"' >"$folder/add/etc/os-release"
	pack docker.io/library/alpine:3.22 job:1
	addenda
	# The kubernetes executor asks for bash, which GitLab's image has. This machine's, with each library where it looks for it.
	cp -L "$(command -v bash)" "$folder/add/bin/bash"
	for library in $(ldd "$(command -v bash)" | grep -o '/[^ ]*'); do
		mkdir -p "$folder/add$(dirname "$library")"
		cp -L "$library" "$folder/add$library"
	done
	pack "registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v$version" "helper:$version"
	docker save --output "$folder/images.tar" "${names[@]/#/$ours/}"
	for name in "${names[@]}"; do echo "docker.io/$ours/$name $name"; done >"$folder/names"
	forget
}

start() { # start <program> <flag …>
	"$@" >"$folder/$1.log" 2>&1 </dev/null &
}
until_true() { # until_true <seconds> <words> <command …>
	local tries
	for ((tries = 0; tries < $1 * 4; tries++)); do
		if "${@:3}" >/dev/null 2>&1; then return; fi
		sleep 0.25
	done
	tail -n 20 "$folder"/*.log >&2
	fail "$2"
}
api() { # api <path>
	curl --silent --fail --cacert "$folder/certificates/apiserver.crt" --header "Authorization: Bearer $token" "https://$address:6443$1"
}
is_ready() {
	[[ $(api /api/v1/nodes/node | tr -d ' \n') =~ \"type\":\"Ready\",\"status\":\"True\"|\"status\":\"True\"[^}]*\"type\":\"Ready\"|\"type\":\"Ready\"[^}]*\"status\":\"True\" ]]
}

# The kubelet sets these, for the whole machine: here it writes into files.
own_settings() {
	local setting
	mkdir "$folder/settings"
	for setting in vm/{overcommit_memory,panic_on_oom} kernel/{panic,panic_on_oops,keys/root_maxkeys,keys/root_maxbytes}; do
		cat "/proc/sys/$setting" >"$folder/settings/${setting##*/}"
		mount --bind "$folder/settings/${setting##*/}" "/proc/sys/$setting"
	done
}

inside() { # inside <folder> <command …>
	folder=$1
	shift
	# What these programs write outside of their folders.
	for place in /run /var/lib /var/log; do mount -t tmpfs tmpfs "$place"; done
	mkdir /run/lock
	own_settings
	ip link set lo up
	ip link add "$bridge" type bridge
	ip address add "$address/16" dev "$bridge"
	ip link set "$bridge" up
	iptables -w -t nat -A PREROUTING -d "$service/32" -p tcp --dport 443 -j DNAT --to-destination "$address:6443"

	token=$(openssl rand -hex 16)
	(umask 077; echo "$token,admin,admin,system:masters" >"$folder/tokens.csv"; openssl genrsa -traditional -out "$folder/key.pem" 2048 2>/dev/null)
	kubeconfig >"$folder/kubeconfig"
	start etcd --data-dir "$folder/etcd" --unsafe-no-fsync=true --log-level warn
	start kube-apiserver --etcd-servers=http://127.0.0.1:2379 --{bind,advertise}-address="$address" --secure-port=6443 \
		--cert-dir="$folder/certificates" --authorization-mode=Node,RBAC --token-auth-file="$folder/tokens.csv" \
		--service-account-issuer=https://kubernetes.default.svc --service-account-{signing-,}key-file="$folder/key.pem" \
		--service-cluster-ip-range="${service%.*}.0/24" --kubelet-preferred-address-types=InternalIP
	containerd_config >"$folder/containerd.toml"
	start containerd --config "$folder/containerd.toml"
	until_true 60 "the API server does not answer" api /readyz
	until_true 30 "containerd does not answer" ctr version
	ctr --namespace k8s.io images import "$folder/images.tar" >/dev/null
	while read -r -a names; do ctr --namespace k8s.io images tag "${names[@]}" >/dev/null; done <"$folder/names"
	start kube-controller-manager --kubeconfig="$folder/kubeconfig" --service-account-private-key-file="$folder/key.pem" \
		--root-ca-file="$folder/certificates/apiserver.crt" --leader-elect=false
	start kube-scheduler --kubeconfig="$folder/kubeconfig" --leader-elect=false
	kubelet_config >"$folder/kubelet.yaml"
	start kubelet --config="$folder/kubelet.yaml" --kubeconfig="$folder/kubeconfig" --node-ip="$address" --hostname-override=node
	until_true 90 "the node is not ready" is_ready
	KUBECONFIG=$folder/kubeconfig SANDBOX_HOST=$address "$@"
}

kubeconfig() {
	cat <<-YAML
		apiVersion: v1
		kind: Config
		clusters: [{ name: pods, cluster: { server: "https://$address:6443", certificate-authority: "$folder/certificates/apiserver.crt" } }]
		users: [{ name: admin, user: { token: "$token" } }]
		contexts: [{ name: pods, context: { cluster: pods, user: admin } }]
		current-context: pods
	YAML
}

containerd_config() {
	mkdir -p "$folder/cni"
	cat >"$folder/cni/pods.conflist" <<-JSON
		{ "cniVersion": "0.4.0", "name": "pods", "plugins": [{ "type": "bridge", "bridge": "$bridge", "hairpinMode": true, "ipam": {
		  "type": "host-local", "routes": [{ "dst": "0.0.0.0/0" }],
		  "ranges": [[{ "subnet": "${address%.*.*}.0.0/16", "rangeStart": "${address%.*.*}.1.1", "gateway": "$address" }]] } }] }
	JSON
	# A machine that itself lacks a capability gives containers those that it has: the engine of the tests has such a runc.
	local engine=${DOCKER_HOST:-} runc
	runc=$(dirname "${engine#unix://}")/runc
	[ -x "$runc" ] || runc=$(command -v runc)
	cat <<-TOML
		version = 3
		root = "$folder/containerd"
		[plugins."io.containerd.cri.v1.images".pinned_images]
		sandbox = "docker.io/fleet/pause:1"
		[plugins."io.containerd.cri.v1.runtime"]
		restrict_oom_score_adj = true
		[plugins."io.containerd.cri.v1.runtime".cni]
		bin_dirs = ["/usr/lib/cni"]
		conf_dir = "$folder/cni"
		[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
		runtime_type = "io.containerd.runc.v2"
		[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
		BinaryName = "$runc"
	TOML
}

kubelet_config() {
	cat <<-YAML
		apiVersion: kubelet.config.k8s.io/v1beta1
		kind: KubeletConfiguration
		containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
		address: $address
		authentication: { anonymous: { enabled: true }, webhook: { enabled: false } }
		authorization: { mode: AlwaysAllow }
		cgroupDriver: cgroupfs
		failCgroupV1: false
		failSwapOn: false
		makeIPTablesUtilChains: false
		enforceNodeAllocatable: []
		evictionHard: { memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1% }
		imageGCHighThresholdPercent: 100
		volumePluginDir: $folder/volume-plugins
		resolvConf: ""
	YAML
}

case ${1:-} in
"" | --help) sed -n '2,7s/^# //p' "$0" ;;
--inside) inside "${@:2}" ;;
*) outside "$@" ;;
esac
