#!/usr/bin/env bash
# A host with a systemd of its own: a container whose programs are this machine's, so that no image is fetched.
#   host.sh start NAME FOLDER     sshd on 127.0.0.1, port and keys in FOLDER/{port,user,known_hosts}; `gitlab-runner.service` as the package has it
#   host.sh stop NAME
#   host.sh check                 whether a systemd boots in a container here; says why not
# Needs root, a Docker engine (DOCKER_HOST), and of Debian systemd and openssh-server.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)

start() { # start <name> <folder>
	local name=$1 folder=$2 port disk entry
	port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
	disk=$folder/disk
	mkdir -p "$disk"/{etc/ssh,etc/systemd/system/multi-user.target.wants,etc/gitlab-runner,var/lib,var/log/journal,root/.ssh,home/gitlab-runner,tmp,run,proc,sys,dev,usr,opt/bin}
	for entry in bin sbin lib lib32 lib64 libx32; do [ ! -L "/$entry" ] || cp -a "/$entry" "$disk/"; done
	# What programs look up, and none of this machine's services.
	for entry in group nsswitch.conf pam.d pam.conf security ld.so.cache ld.so.conf ld.so.conf.d login.defs dbus-1 alternatives ssl; do
		[ ! -e "/etc/$entry" ] || cp -a "/etc/$entry" "$disk/etc/"
	done
	grep -v '^gitlab-runner:' /etc/passwd >"$disk/etc/passwd"
	printf 'gitlab-runner:x:998:998::/home/gitlab-runner:/bin/bash\n' >>"$disk/etc/passwd"
	printf 'gitlab-runner:x:998:\n' >>"$disk/etc/group"
	printf 'root:*:19000:0:99999:7:::\ngitlab-runner:*:19000:0:99999:7:::\n' >"$disk/etc/shadow"
	chmod 600 "$disk/etc/shadow"
	chown 998:998 "$disk/home/gitlab-runner"
	: >"$disk/etc/machine-id"
	[ -e "$folder/user" ] || ssh-keygen -q -t ed25519 -N '' -C test -f "$folder/user"
	ssh-keygen -q -t ed25519 -N '' -f "$disk/etc/ssh/host_key"
	cp "$folder/user.pub" "$disk/root/.ssh/authorized_keys"
	cat >"$disk/etc/ssh/sshd_config" <<-EOF
		Port $port
		ListenAddress 127.0.0.1
		HostKey /etc/ssh/host_key
		PermitRootLogin prohibit-password
		PasswordAuthentication no
		StrictModes no
		UsePAM no
		SetEnv PATH=/opt/bin:/usr/sbin:/usr/bin:/sbin:/bin
	EOF
	cat >"$disk/etc/systemd/system/test-sshd.service" <<-EOF
		[Service]
		RuntimeDirectory=sshd
		ExecStart=/usr/sbin/sshd -D -e -f /etc/ssh/sshd_config
	EOF
	ln -s ../test-sshd.service "$disk/etc/systemd/system/multi-user.target.wants/"
	# As gitlab-runner's package for Debian writes it.
	cat >"$disk/etc/systemd/system/gitlab-runner.service" <<-EOF
		[Unit]
		Description=GitLab Runner
		ConditionFileIsExecutable=/opt/bin/gitlab-runner
		After=network.target

		[Service]
		StartLimitInterval=5
		StartLimitBurst=10
		ExecStart=/opt/bin/gitlab-runner "run" "--config" "/etc/gitlab-runner/config.toml" "--working-directory" "/home/gitlab-runner" "--service" "gitlab-runner" "--user" "gitlab-runner"
		Restart=always
		RestartSec=120

		[Install]
		WantedBy=multi-user.target
	EOF
	cp -L "$root/.cache/bin/gitlab-runner" "$disk/opt/bin/" 2>/dev/null || cp -L "$(command -v gitlab-runner)" "$disk/opt/bin/"
	tar -C "$disk" -c . | docker import - "$name" >/dev/null
	docker run --detach --name "$name" --privileged --network host --tmpfs /run --tmpfs /tmp --volume /usr:/usr:ro "$name" /sbin/init >/dev/null
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		if docker exec "$name" systemctl is-active --quiet test-sshd 2>/dev/null; then
			echo "$port" >"$folder/port"
			echo "[127.0.0.1]:$port $(cut -d ' ' -f 1,2 "$disk/etc/ssh/host_key.pub")" >"$folder/known_hosts"
			rm -rf "$disk"
			return
		fi
		sleep 0.2
	done
	echo "systemd does not boot in a container here: $(docker exec "$name" systemctl is-system-running 2>&1 | tail -n 1) $(docker logs --tail 3 "$name" 2>&1)" >&2
	return 1
}

stop() { # stop <name>
	docker rm --force --volumes "$1" >/dev/null 2>&1 || true
	docker rmi "$1" >/dev/null 2>&1 || true
}

case $1 in
start) start "$2" "$3" ;;
stop) stop "$2" ;;
check)
	folder=$(mktemp -d)
	name=fleet-systemd-check-$$
	trap 'stop "$name"; rm -rf "$folder"' EXIT
	start "$name" "$folder"
	;;
esac
