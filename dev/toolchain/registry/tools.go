//go:build tools

// Package tools pins a real container registry, so that tests can push to and pull from one.
package tools

import _ "github.com/distribution/distribution/v3/cmd/registry"
