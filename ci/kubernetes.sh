#!/usr/bin/env bash
# Runs managers as pods of a cluster in containers (kind), with a GitLab sandbox beside it, and removes the cluster again: docs/kubernetes.md.
#   ci/kubernetes.sh
# It needs docker, kind, Node.js, Go and images from Docker Hub and registry.gitlab.com.
set -euo pipefail
cd "$(dirname "$0")/.."
name=gitlab-fleet-$$
folder=$(mktemp -d)
export KUBECONFIG=$folder/kubeconfig
trap 'kind delete cluster --name "$name"; rm -rf "$folder"' EXIT

options=()
if [ -n "${KIND_HOST:-}" ]; then
	# The engine runs on another machine, as with Docker in Docker: the cluster is reached by that machine's name.
	cat >"$folder/kind.yaml" <<-YAML
		kind: Cluster
		apiVersion: kind.x-k8s.io/v1alpha4
		networking: { apiServerAddress: 0.0.0.0 }
		kubeadmConfigPatches:
		  - |
		    kind: ClusterConfiguration
		    apiServer: { certSANs: ["$KIND_HOST", localhost, 127.0.0.1] }
	YAML
	options=(--config "$folder/kind.yaml")
fi
kind create cluster --name "$name" --wait 5m "${options[@]}"
[ -z "${KIND_HOST:-}" ] || sed -i "s#https://0\.0\.0\.0:#https://$KIND_HOST:#" "$KUBECONFIG"

# The sandbox listens on an address of this machine that pods can reach. By default that is the gateway of kind's network.
if [ -z "${SANDBOX_HOST:-}" ]; then
	SANDBOX_HOST=$(docker network inspect kind --format '{{range .IPAM.Config}}{{println .Gateway}}{{end}}' | grep -m 1 -F .)
fi
export SANDBOX_HOST
node dev/scripts/build.mjs
node dev/scripts/toolchain.mjs pulumi pulumi-language-nodejs pulumi-resource-kubernetes
PATH=$PWD/.cache/bin:$PATH npx mocha --no-config --config tests/pods/.mocharc.json
