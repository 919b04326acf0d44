//go:build tools

// Package tools pins a real Kubernetes API server: admission, RBAC and validation, but nothing that runs pods.
package tools

import _ "k8s.io/kubernetes/cmd/kube-apiserver"
