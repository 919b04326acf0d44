#!/usr/bin/env bash
# A cluster of one node that runs pods, on this machine: etcd, API server, controllers, scheduler, containerd, kubelet, and a bridge for its pods.
#   cluster.sh run COMMAND…   with KUBECONFIG (its admin's) and SANDBOX_HOST (an address of this machine that pods reach); then takes it down
#   cluster.sh check          whether one starts here; says why not
# Needs root, programs that `make pods` builds, a Docker engine (DOCKER_HOST) that has the tests' images, and of Debian runc, iptables and
# containernetworking-plugins. Nothing of it can be reached from other machines.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
export PATH=$root/.cache/bin:/usr/sbin:/sbin:$PATH
bridge=fleet0
address=10.213.0.1
# Where pods look for the API server. There is no kube-proxy: one rule leads there.
service=10.214.0.1
folder=$(mktemp -d)
# Sockets have short paths.
state=/run/fleet-pods-$$
# The kubelet sets these.
kernel=(vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes)
declare -A was pids

fail() { echo "cluster.sh: $*" >&2; exit 1; }
needs() { # needs <words> <command …>
	"${@:2}" >/dev/null 2>&1 || fail "needs $1"
}
start() { # start <program> <flag …>
	setsid "$@" >"$folder/$1.log" 2>&1 </dev/null &
	pids[$1]=$!
	disown
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
api() { # api <path> <option of curl …>
	curl --silent --fail --cacert "$folder/certificates/apiserver.crt" --header "Authorization: Bearer $token" "${@:2}" "https://$address:6443$1"
}
rule() { # rule <A or D>
	iptables -w -t nat "-$1" PREROUTING -i "$bridge" -d "$service/32" -p tcp --dport 443 -j DNAT --to-destination "$address:6443"
	iptables -w "-${1/A/I}" FORWARD -i "$bridge" -o "$bridge" -j ACCEPT
}

stop() {
	local name setting
	set +e
	# Pods first: with them go their networks and mounts.
	if [ -n "${pids[kubelet]:-}" ]; then
		for name in $(api /api/v1/pods | grep -o '"selfLink": "[^"]*"\|"namespace": "[^"]*"' | cut -d'"' -f4 | sort -u); do
			api "/apis/apps/v1/namespaces/$name/statefulsets" --request DELETE
			api "/api/v1/namespaces/$name/pods?gracePeriodSeconds=0" --request DELETE
		done >/dev/null
		for _ in $(seq 40); do
			[ -n "$(ctr --address "$state/containerd.sock" --namespace k8s.io tasks ls --quiet)" ] || break
			sleep 0.5
		done
	fi 2>/dev/null
	# The rest has nothing to lose: it lies in the folder.
	for name in kubelet "${!pids[@]}"; do [ -z "${pids[$name]:-}" ] || kill -9 -- "-${pids[$name]}"; done 2>/dev/null
	sleep 0.5
	rule D 2>/dev/null
	ip link delete "$bridge" 2>/dev/null
	for setting in "${!was[@]}"; do sysctl -q "$setting=${was[$setting]}"; done
	awk -v a="$folder/" -v b="$state/" 'index($2, a) == 1 || index($2, b) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l
	find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} \; 2>/dev/null
	rm -rf "$folder" "$state"
}

# Scripts of the kubernetes executor begin with /usr/bin/env.
addenda() {
	mkdir -p "$folder"/add/{bin,etc,usr/bin}
	ln -s /bin/busybox "$folder/add/usr/bin/env"
}
pack() { # pack <name of the image> <image of the tests> <change …>: an image with what lies in $folder/add besides, into $names
	local container
	container=$(docker create "gitlab-fleet-test/$2" true)
	docker cp "$folder/add/." "$container:/" >/dev/null
	docker commit "${@:3}" "$container" "$1" >/dev/null
	docker rm "$container" >/dev/null
	rm -rf "$folder/add"
	addenda
	names+=("$1")
}

# Images of the tests under the names that people's pods have.
images() {
	local names=() version=19.4.0 library
	bash "$root/dev/toolchain/images/images.sh" >/dev/null
	addenda
	pack docker.io/fleet/pause:1 job:1 --change 'ENTRYPOINT ["/bin/sh","-c","trap \"exit 0\" TERM INT; while :; do sleep 1000 & wait $!; done"]'
	echo 'NAME="Alpine Linux"' >"$folder/add/etc/os-release"
	pack docker.io/library/alpine:3.22 job:1
	pack "docker.io/gitlab/gitlab-runner:alpine-v$version" "runner:$version" --change 'ENTRYPOINT ["gitlab-runner"]'
	# The kubernetes executor asks for bash, which GitLab's image has. This machine's, with each library where it looks for it.
	cp -L "$(command -v bash)" "$folder/add/bin/bash"
	for library in $(ldd "$(command -v bash)" | grep -o '/[^ ]*'); do
		mkdir -p "$folder/add$(dirname "$library")"
		cp -L "$library" "$folder/add$library"
	done
	pack "registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v$version" "helper:$version"
	docker save --output "$folder/images.tar" "${names[@]}"
	docker rmi "${names[@]}" >/dev/null
}

up() {
	local setting
	mkdir -p "$state"
	trap stop EXIT
	for setting in "${kernel[@]}"; do was[$setting]=$(sysctl -n "$setting"); done
	images
	ip link add "$bridge" type bridge || fail "there is a bridge $bridge already: another cluster runs, or one was killed (ip link delete $bridge)"
	ip address add "$address/16" dev "$bridge"
	ip link set "$bridge" up
	rule A
	token=$(openssl rand -hex 16)
	(umask 077; echo "$token,admin,admin,system:masters" >"$folder/tokens.csv"; openssl genrsa -traditional -out "$folder/key.pem" 2048 2>/dev/null)
	start etcd --data-dir "$folder/etcd" --unsafe-no-fsync=true --log-level warn --initial-cluster "default=http://$address:2380" \
		--{listen,advertise}-client-urls="http://$address:2379" --{listen-peer,initial-advertise-peer}-urls="http://$address:2380"
	start kube-apiserver --etcd-servers="http://$address:2379" --{bind,advertise}-address="$address" --secure-port=6443 \
		--cert-dir="$folder/certificates" --authorization-mode=Node,RBAC --token-auth-file="$folder/tokens.csv" \
		--service-account-issuer=https://kubernetes.default.svc --service-account-{signing-,}key-file="$folder/key.pem" \
		--service-cluster-ip-range="${service%.*}.0/24" --kubelet-preferred-address-types=InternalIP
	containerd_config >"$folder/containerd.toml"
	start containerd --config "$folder/containerd.toml"
	until_true 60 "the API server does not answer" api /readyz
	until_true 30 "containerd does not answer" ctr --address "$state/containerd.sock" version
	ctr --address "$state/containerd.sock" --namespace k8s.io images import "$folder/images.tar" >/dev/null
	kubeconfig >"$folder/kubeconfig"
	start kube-controller-manager --kubeconfig="$folder/kubeconfig" --service-account-private-key-file="$folder/key.pem" \
		--root-ca-file="$folder/certificates/apiserver.crt" --leader-elect=false --bind-address="$address"
	start kube-scheduler --kubeconfig="$folder/kubeconfig" --leader-elect=false --bind-address="$address"
	kubelet_config >"$folder/kubelet.yaml"
	start kubelet --config="$folder/kubelet.yaml" --kubeconfig="$folder/kubeconfig" --root-dir="$folder/kubelet" --cert-dir="$folder/kubelet-certificates" \
		--node-ip="$address" --hostname-override=node
	# shellcheck disable=SC2016
	until_true 90 "the node is not ready" bash -c '"$@" | tr -d " \n" | grep -q "\"type\":\"Ready\",\"status\":\"True\"\|\"status\":\"True\"[^}]*\"type\":\"Ready\"\|\"type\":\"Ready\"[^}]*\"status\":\"True\""' - \
		curl --silent --cacert "$folder/certificates/apiserver.crt" --header "Authorization: Bearer $token" "https://$address:6443/api/v1/nodes/node"
	export KUBECONFIG=$folder/kubeconfig SANDBOX_HOST=$address
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
		  "type": "host-local", "dataDir": "$folder/addresses", "routes": [{ "dst": "0.0.0.0/0" }],
		  "ranges": [[{ "subnet": "${address%.*.*}.0.0/16", "rangeStart": "${address%.*.*}.1.1", "gateway": "$address" }]] } }] }
	JSON
	# A machine that itself lacks a capability gives containers those that it has: the engine of the tests has the same runc.
	local runc
	runc=$(command -v runc)
	if [ -x "$(dirname "${DOCKER_HOST#unix://}")/runc" ]; then runc=$(dirname "${DOCKER_HOST#unix://}")/runc; fi
	cat <<-TOML
		version = 3
		root = "$folder/containerd"
		state = "$state/containerd"
		[grpc]
		address = "$state/containerd.sock"
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
		containerRuntimeEndpoint: unix://$state/containerd.sock
		address: $address
		healthzBindAddress: $address
		authentication: { anonymous: { enabled: true }, webhook: { enabled: false } }
		authorization: { mode: AlwaysAllow }
		cgroupDriver: cgroupfs
		failCgroupV1: false
		failSwapOn: false
		makeIPTablesUtilChains: false
		enforceNodeAllocatable: []
		evictionHard: { memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1% }
		imageGCHighThresholdPercent: 100
		podLogsDir: $folder/logs
		volumePluginDir: $folder/volume-plugins
		resolvConf: ""
	YAML
}

needs "root" test "$(id -u)" = 0
needs "a Docker engine (DOCKER_HOST)" docker version
needs "runc" command -v runc
needs "iptables" iptables -w -t nat -S
needs "curl" command -v curl
needs "Debian's containernetworking-plugins (/usr/lib/cni/bridge)" test -x /usr/lib/cni/bridge
for program in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet containerd containerd-shim-runc-v2; do
	needs "$program: make pods builds it" test -x "$root/.cache/bin/$program"
done

case ${1:-} in
run)
	up
	"${@:2}"
	;;
check) up ;;
*) fail "run COMMAND…, or check" ;;
esac
