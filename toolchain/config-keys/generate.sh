#!/bin/sh
# Writes components/config-toml/{keys.generated.json,types.generated.ts} again. Changes nothing when nothing changed.
set -eu
cd "$(dirname "$0")"
GOFLAGS=-mod=mod GOWORK=off exec go run . "$@"
