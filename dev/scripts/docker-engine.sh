#!/usr/bin/env bash
# Starts and stops a Docker engine for the tests, on machines without a service manager.
#   docker-engine.sh start FOLDER     socket: FOLDER/docker.sock, data and log beside it
#   docker-engine.sh stop FOLDER
# Or says what to do if the engine that DOCKER_HOST or the docker client names does not answer.
#   docker-engine.sh check
set -euo pipefail
folder=${2:-}

case $1 in
start)
	mkdir -p "$folder"
	# Privileged containers ask for all capabilities. If the machine itself lacks one, they get those that it has.
	runtime=()
	if (((0x$(sed -n 's/^CapBnd:\s*//p' /proc/self/status) & 1 << 24) == 0)); then
		cat >"$folder/runc" <<-'SH'
			#!/bin/sh
			for argument; do
				case $previous in --bundle) file=$argument/config.json ;; --process) file=$argument ;; *) file= ;; esac
				[ -z "$file" ] || sed -i 's/"CAP_SYS_RESOURCE",//g; s/,"CAP_SYS_RESOURCE"//g' "$file"
				previous=$argument
			done
			exec runc "$@"
		SH
		chmod 755 "$folder/runc"
		runtime=(--add-runtime "fewer=$folder/runc" --default-runtime fewer)
	fi
	setsid dockerd --host "unix://$folder/docker.sock" --data-root "$folder/data" --exec-root "$folder/exec" \
		--pidfile "$folder/dockerd.pid" --storage-driver "${DOCKER_STORAGE_DRIVER:-overlay2}" --iptables="${DOCKER_IPTABLES:-true}" --ip6tables=false \
		"${runtime[@]}" >"$folder/dockerd.log" 2>&1 </dev/null &
	for _ in $(seq 120); do
		DOCKER_HOST=unix://$folder/docker.sock docker version >/dev/null 2>&1 && exit 0
		sleep 0.25
	done
	echo "dockerd did not start:" >&2
	tail -n 30 "$folder/dockerd.log" >&2
	exit 1
	;;
stop)
	[ -f "$folder/dockerd.pid" ] || exit 0
	pid=$(cat "$folder/dockerd.pid")
	kill "$pid" 2>/dev/null || exit 0
	for _ in $(seq 120); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.25
	done
	kill -9 "$pid" 2>/dev/null || true
	# The engine leaves the network namespace mounted for containers that use the machine's own network.
	umount "$folder/exec/netns/default" 2>/dev/null || true
	;;
check)
	command -v docker >/dev/null || { echo "There is no program docker here. Install it (Debian: apt-get install docker.io)." >&2; exit 1; }
	words=$(docker version --format '{{.Server.Version}}' 2>&1 >/dev/null) && exit 0
	cat >&2 <<-TEXT
		No Docker engine answers: $words
		Start one, or set DOCKER_HOST to one that runs. Where there is no service manager, as root:
		  bash dev/scripts/docker-engine.sh start /tmp/docker && export DOCKER_HOST=unix:///tmp/docker/docker.sock
	TEXT
	exit 1
	;;
*)
	echo "usage: docker-engine.sh start|stop FOLDER, or check" >&2
	exit 2
	;;
esac
