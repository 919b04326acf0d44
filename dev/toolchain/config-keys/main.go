// Reads gitlab-runner's own Go structs, at the version that toolchain/gitlab-runner pins, and writes what config.toml
// may contain: keys.generated.json (for checks and rendering) and types.generated.ts (for editors). The sources come
// from the module cache and are only parsed, never compiled.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const runnerModule = "gitlab.com/gitlab-org/gitlab-runner"

func main() {
	pin := flag.String("pin", "../gitlab-runner/go.mod", "go.mod that names the gitlab-runner version")
	out := flag.String("out", "../../../core/config-toml", "folder for keys.generated.json and types.generated.ts")
	notes := flag.String("notes", "../../../core/config-toml/key-notes.json", "what each key means")
	flag.Parse()
	if err := run(*pin, *notes, *out); err != nil {
		fmt.Fprintln(os.Stderr, "config-keys:", err)
		os.Exit(1)
	}
}

func run(pin, notes, out string) error {
	version, err := pinnedVersion(pin)
	if err != nil {
		return err
	}
	dir, err := moduleDir(version)
	if err != nil {
		return err
	}
	src := newSource(dir)
	schema, err := readSchema(src, version)
	if err != nil {
		return err
	}
	if err := addRules(schema); err != nil {
		return err
	}
	if err := addNotes(schema, notes); err != nil {
		return err
	}
	keys, err := renderJSON(schema)
	if err != nil {
		return err
	}
	if err := writeIfChanged(filepath.Join(out, "keys.generated.json"), keys); err != nil {
		return err
	}
	if err := writeIfChanged(filepath.Join(out, "types.generated.ts"), renderTypes(schema)); err != nil {
		return err
	}
	fmt.Printf("config-keys: gitlab-runner %s: %d tables, %d keys, %d feature flags, %d executors\n",
		schema.Version, len(schema.Tables), schema.keyCount(), len(schema.FeatureFlags), len(schema.Executors))
	return nil
}

// pinnedVersion finds the one version of gitlab-runner that the project builds and tests against.
func pinnedVersion(goMod string) (string, error) {
	text, err := os.ReadFile(goMod)
	if err != nil {
		return "", err
	}
	for _, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && fields[0] == runnerModule {
			return fields[1], nil
		}
	}
	return "", fmt.Errorf("%s does not require %s", goMod, runnerModule)
}

// moduleDir asks the go command for the sources; it downloads them only if the module cache lacks them.
func moduleDir(version string) (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", runnerModule+"@"+version)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	var answer struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(text, &answer); jsonErr != nil {
		return "", fmt.Errorf("go mod download %s@%s: %v", runnerModule, version, err)
	}
	if answer.Dir == "" {
		return "", fmt.Errorf("go mod download %s@%s: %s", runnerModule, version, answer.Error)
	}
	return answer.Dir, nil
}

// writeIfChanged keeps the file's time if nothing changed, so that make sees no work.
func writeIfChanged(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return nil
	}
	return os.WriteFile(path, content, 0o644)
}
