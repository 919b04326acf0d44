#!/bin/sh
# Builds the program; the result goes to $1, or bin/config-decode beside this file.
# It has no go.mod of its own: the versions are ../gitlab-runner's, so the two can never differ.
set -eu
dir=$(cd "$(dirname "$0")" && pwd)
out=${1:-$dir/bin/config-decode}
case $out in /*) ;; *) out=$(pwd)/$out ;; esac
cd "$dir/../gitlab-runner"
CGO_ENABLED=0 GOWORK=off go build -trimpath -ldflags "-s -w" -o "$out" "$dir/main.go"
