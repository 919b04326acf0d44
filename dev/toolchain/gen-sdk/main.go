// Command gen-sdk writes the Node.js SDK of a Pulumi package from its schema, with Pulumi's own generator.
//
//	gen-sdk <schema.json> <output folder>
//
// It leaves out what a package linked into this repository has no use for (an install script, its own copy of
// TypeScript): `scripts/build.mjs` compiles the SDKs, and the program's own @pulumi/pulumi serves them.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// unused are files the generator makes for packages that are published on their own.
var unused = []string{"package.json", "tsconfig.json", "README.md", ".gitignore", ".gitattributes", "scripts/postinstall.js"}

var reexport = regexp.MustCompile(`(?m)^export \{([^}]+)\} from`)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: gen-sdk <schema.json> <output folder>")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "gen-sdk:", err)
		os.Exit(1)
	}
}

func generate(schemaFile, out string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return fmt.Errorf("%s: %w", schemaFile, err)
	}

	pkg, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return err
	}
	if diagnostics.HasErrors() {
		return diagnostics
	}

	files, err := nodejs.GeneratePackage("gen-sdk", pkg, nil, nil, true, nil)
	if err != nil {
		return err
	}
	for _, name := range unused {
		delete(files, name)
	}
	// These name interfaces alone. Saying so lets a compiler that works file by file leave them out, and with them
	// the import that would load every resource at start.
	files["index.ts"] = reexport.ReplaceAll(files["index.ts"], []byte("export type {$1} from"))
	if files["package.json"], err = packageJSON(spec.Name, spec.Version, spec.Language["nodejs"]); err != nil {
		return err
	}
	if err := clear(out); err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(out, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// clear removes an earlier version, so that what the schema lost is lost; compiled files in bin stay.
func clear(out string) error {
	entries, err := os.ReadDir(out)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == "bin" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(out, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// packageJSON describes the SDK as Pulumi's language host expects it: the `pulumi` object names the plugin.
func packageJSON(name, version string, language schema.RawMessage) ([]byte, error) {
	var node struct {
		PackageName string `json:"packageName"`
	}
	if err := json.Unmarshal(language, &node); err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(map[string]any{
		"name":             node.PackageName,
		"version":          version,
		"license":          "Apache-2.0",
		"main":             "bin/index.js",
		"types":            "index.ts",
		"peerDependencies": map[string]string{"@pulumi/pulumi": "^3.142.0"},
		"pulumi":           map[string]any{"resource": true, "name": name, "version": version},
	}, "", "    ")
	return append(text, '\n'), err
}
