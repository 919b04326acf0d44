//go:build tools

// Package tools pins what runs pods on one node: kubelet, scheduler and controllers of the Kubernetes that kube-apiserver is of.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
	_ "k8s.io/kubernetes/cmd/kube-scheduler"
	_ "k8s.io/kubernetes/cmd/kubelet"
)
