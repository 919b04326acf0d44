#!/usr/bin/env bash
# Imports the local images that the Docker tests and the demo run, without a registry or a Dockerfile.
#   images.sh [path of gitlab-runner]      (default: .cache/bin, otherwise PATH; the engine is that of DOCKER_HOST)
# Needs a static busybox on this machine (Debian: busybox-static).
#   gitlab-fleet-test/runner:19.4.0   the manager, with the layout of gitlab/gitlab-runner:alpine
#   gitlab-fleet-test/runner:19.4.1   the same with another id, for tests that change the image
#   gitlab-fleet-test/runner:bare     only the binary: no shell
#   gitlab-fleet-test/helper:19.4.0   helper_image of the docker executor (no git)
#   gitlab-fleet-test/job:1           an image for jobs and services: busybox
#   gitlab-fleet-test/dind:1          with DIND=1: an engine as a service, and its client, from this machine's docker.io
# An engine that already has them, created from the same binary, is left alone.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
bin=${1:-$(PATH=$here/../../../.cache/bin:$PATH command -v gitlab-runner)} || { echo "images.sh: needs gitlab-runner" >&2; exit 1; }
busybox=$(command -v busybox) || { echo "images.sh: needs busybox (Debian: apt-get install busybox-static)" >&2; exit 1; }
stamp=$(cat "$bin" "$busybox" "$0" | sha256sum | cut -c1-16)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

has() { # has <image>: the engine has it, from these very files
	docker image inspect --format '{{.Config.Env}}' "gitlab-fleet-test/$1" 2>/dev/null | grep -q "IMAGE_STAMP=$stamp"
}
put() { # put <image> <options of import...>: the tree in $work/root becomes an image
	local image=$1
	shift
	tar -C "$work/root" --owner=0 --group=0 -c . |
		docker import -c "ENV IMAGE_STAMP=$stamp" -c 'ENV PATH=/usr/bin:/bin' "$@" - "gitlab-fleet-test/$image" >/dev/null
	echo "gitlab-fleet-test/$image"
}
tree() {
	rm -rf "$work/root"
	mkdir -p "$work/root"/{usr/bin,bin,etc,root,run,home,var}
	mkdir -m 1777 "$work/root/tmp"
}
shell() {
	cp "$busybox" "$work/root/bin/busybox"
	local name
	for name in $("$busybox" --list); do
		[ "$name" = busybox ] || ln -s busybox "$work/root/bin/$name"
	done
	printf 'root:x:0:0:root:/root:/bin/sh\ngitlab-runner:x:999:999::/home/gitlab-runner:/bin/sh\n' >"$work/root/etc/passwd"
	printf 'root:x:0:\ngitlab-runner:x:999:\n' >"$work/root/etc/group"
}

if ! has runner:19.4.0 || ! has runner:19.4.1; then
	tree
	shell
	cp "$bin" "$work/root/usr/bin/gitlab-runner"
	mkdir -m 777 "$work/root/home/gitlab-runner"
	for version in 19.4.0 19.4.1; do
		put "runner:$version" -c "ENV IMAGE_VERSION=$version" -c 'ENTRYPOINT ["gitlab-runner"]' \
			-c 'CMD ["run", "--user=gitlab-runner", "--working-directory=/home/gitlab-runner"]'
	done
fi
if ! has runner:bare; then
	tree
	cp "$bin" "$work/root/usr/bin/gitlab-runner"
	put runner:bare -c 'ENTRYPOINT ["gitlab-runner"]' -c 'CMD ["run"]'
fi
if ! has helper:19.4.0; then
	tree
	shell
	cp "$bin" "$work/root/usr/bin/gitlab-runner-helper"
	printf '#!/bin/sh\numask 0000\nexec /bin/sh\n' >"$work/root/usr/bin/gitlab-runner-build"
	chmod 755 "$work/root/usr/bin/gitlab-runner-build"
	put helper:19.4.0
fi
if ! has job:1; then
	tree
	shell
	put job:1 -c 'CMD ["sh"]'
fi
if [ -n "${DIND:-}" ] && ! has dind:1; then
	tree
	shell
	mkdir -p "$work/root"/{etc/docker,var/lib,lib64}
	for program in dockerd containerd containerd-shim-runc-v2 runc docker-init docker; do
		path=$(command -v "$program") || { echo "images.sh: needs $program (Debian: apt-get install docker.io)" >&2; exit 1; }
		cp -L "$path" "$work/root/usr/bin/$program"
		# Each library is put where the program looks for it; a static program has none.
		for library in $(ldd "$path" 2>/dev/null | grep -o '/[^ ]*' || true); do
			mkdir -p "$work/root$(dirname "$library")"
			cp -Lu "$library" "$work/root$library"
		done
	done
	# No bridge and no iptables: its containers use its network, or none.
	printf '%s\n' '#!/bin/sh' 'exec dockerd --host=tcp://0.0.0.0:2375 --tls=false --storage-driver=vfs \' \
		'  --bridge=none --iptables=false --ip6tables=false "$@"' >"$work/root/usr/bin/dockerd-entrypoint.sh"
	chmod 755 "$work/root/usr/bin/dockerd-entrypoint.sh"
	put dind:1 -c 'EXPOSE 2375' -c 'CMD ["dockerd-entrypoint.sh"]'
fi
