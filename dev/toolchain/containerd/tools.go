//go:build tools

// Package tools pins a containerd that a kubelet of today speaks to: Debian's is older.
package tools

import (
	_ "github.com/containerd/containerd/v2/cmd/containerd"
	_ "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2"
)
