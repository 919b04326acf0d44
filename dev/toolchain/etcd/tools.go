//go:build tools

// Package tools pins etcd, where a Kubernetes API server keeps its objects.
package tools

import _ "go.etcd.io/etcd/server/v3"
