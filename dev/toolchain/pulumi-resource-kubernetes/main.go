// Command pulumi-resource-kubernetes is Pulumi's own Kubernetes plugin, built from Go modules alone. Its command in the
// provider's module embeds two files that the module has under other names; dev/scripts/toolchain.mjs lays those over
// the names here.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

//go:embed schema-embed.json
var schema []byte

//go:embed terraform-mapping-embed.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", "4.34.2", schema, terraformMapping)
}
