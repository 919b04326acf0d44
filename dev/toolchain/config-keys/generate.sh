#!/bin/sh
# Rewrites config.toml's key table, types and documentation. Changes nothing if they are up to date.
# Usage: generate.sh [root] (root: folder that stands for the repository; default: the repository)
set -eu
here=$(dirname "$(realpath "$0")")
root=$(realpath "${1:-$here/../../..}")
mkdir -p "$root/core/config-toml" "$root/docs/config-toml"
cd "$here"
GOFLAGS=-mod=mod GOWORK=off go run . -out "$root/core/config-toml"
cd ../../..
node_modules/.bin/tsx dev/scripts/config-docs.ts "$root/docs/config-toml"
