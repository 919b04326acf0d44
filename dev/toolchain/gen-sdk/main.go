// Command gen-sdk writes the SDK of a Pulumi package from its schema, with Pulumi's own generators.
//
//	gen-sdk <schema.json> <output folder>
//	gen-sdk <schema.json> <output folder> python|go|dotnet|java <components.json>
//
// Without a language it is the Node.js SDK of all resources, which the components are made of. Other languages get the components
// in place of them.
//
// For Node.js it leaves out what a package linked into this repository has no use for (an install script, its own copy of
// TypeScript): `scripts/build.mjs` compiles the SDKs, and the program's own @pulumi/pulumi serves them.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"

	dotnet "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3/codegen"
	"github.com/pulumi/pulumi-java/pkg/codegen/java"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// unused are files the generator makes for packages that are published on their own.
var unused = []string{"package.json", "tsconfig.json", "README.md", ".gitignore", ".gitattributes", "scripts/postinstall.js"}

// dot is a picture of one pixel. The generator for .NET downloads a logo; it gets this one, from this very process.
var dot = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55" +
	"\x00\x00\x00\nIDATx\x9cc\x60\x00\x00\x00\x02\x00\x01\x48\xaf\xa4\x71\x00\x00\x00\x00IEND\xaeB\x60\x82")

// goModule makes the Go SDK a module, which a program names in a replace directive.
const goModule = `module gitlab-fleet/sdks/go

go 1.24

require github.com/pulumi/pulumi/sdk/v3 v3.190.0
`

var reexport = regexp.MustCompile(`(?m)^export \{([^}]+)\} from`)

func main() {
	var err error
	switch len(os.Args) {
	case 3:
		err = generateNode(os.Args[1], os.Args[2])
	case 5:
		err = generateOther(os.Args[1], os.Args[2], os.Args[3], os.Args[4])
	default:
		fmt.Fprintln(os.Stderr, "usage: gen-sdk <schema.json> <output folder> [<language> <components.json>]")
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen-sdk:", err)
		os.Exit(1)
	}
}

func generateNode(schemaFile, out string) error {
	var spec schema.PackageSpec
	if err := read(schemaFile, &spec); err != nil {
		return err
	}
	pkg, err := bind(spec)
	if err != nil {
		return err
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
	return write(out, files)
}

func generateOther(schemaFile, out, language, componentsFile string) error {
	var spec schema.PackageSpec
	if err := read(schemaFile, &spec); err != nil {
		return err
	}
	spec.Resources, spec.Functions, spec.Types = nil, nil, nil
	if err := read(componentsFile, &spec); err != nil {
		return err
	}
	if language == "dotnet" || language == "java" {
		withoutSecretOutputs(spec)
	}
	logo := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) { answer.Write(dot) }))
	defer logo.Close()
	spec.LogoURL = logo.URL
	pkg, err := bind(spec)
	if err != nil {
		return err
	}
	var files map[string][]byte
	switch language {
	case "python":
		files, err = python.GeneratePackage("gen-sdk", pkg, nil, nil)
	case "go":
		files, err = gogen.GeneratePackage("gen-sdk", pkg, nil)
		files["go.mod"] = []byte(goModule)
	case "dotnet":
		files, err = dotnet.GeneratePackage("gen-sdk", pkg, nil, nil)
	case "java":
		files, err = java.GeneratePackage("gen-sdk", pkg, nil, nil, false, false)
	default:
		err = fmt.Errorf("no generator for %q", language)
	}
	if err != nil {
		return err
	}
	return write(out, files)
}

// withoutSecretOutputs takes the mark of secrets from outputs of components. For it, the generators for .NET and Java write an option that
// components do not have there, so that the SDK would not compile. The plugin marks the values themselves.
func withoutSecretOutputs(spec schema.PackageSpec) {
	for _, resource := range spec.Resources {
		for name, property := range resource.Properties {
			property.Secret = false
			resource.Properties[name] = property
		}
	}
}

func read(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

func bind(spec schema.PackageSpec) (*schema.Package, error) {
	pkg, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err == nil && diagnostics.HasErrors() {
		err = diagnostics
	}
	return pkg, err
}

func write(out string, files map[string][]byte) error {
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
