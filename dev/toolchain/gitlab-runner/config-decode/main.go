// Shows how gitlab-runner understands config.toml files: reads paths from standard input, one per line, and answers
// each with one line of JSON. Stands in this module so that both programs are built from the same sources.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"gitlab.com/gitlab-org/gitlab-runner/commands"
	"gitlab.com/gitlab-org/gitlab-runner/common"
)

// answer is what became of one file.
type answer struct {
	Path string `json:"path"`
	// LoadError is why `gitlab-runner run` would refuse the file.
	LoadError string `json:"loadError,omitempty"`
	// LintError is why `gitlab-runner lint` refuses it.
	LintError string `json:"lintError,omitempty"`
	// Config holds every value that differs from Go's zero, under its name in TOML. Durations are printed as Go does.
	Config any `json:"config,omitempty"`
}

func main() {
	logrus.SetOutput(io.Discard) // answers go to standard output, and nothing else may
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 64*1024), 1024*1024)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if err := out.Encode(decode(lines.Text())); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func decode(path string) answer {
	result := answer{Path: path}
	if err := commands.LintConfigFile(path); err != nil {
		result.LintError = err.Error()
	}
	config := common.NewConfig()
	if err := config.LoadConfig(path); err != nil {
		result.LoadError = err.Error()
		return result
	}
	if !config.Loaded {
		result.LoadError = "no such file"
		return result
	}
	result.Config, _ = show(reflect.ValueOf(config))
	return result
}

// show turns a decoded value into plain JSON; set is false for zero values, which are as good as absent.
func show(value reflect.Value) (shown any, set bool) {
	switch v := value.Interface().(type) {
	case time.Duration:
		return v.String(), v != 0
	case time.Time:
		return v.Format(time.RFC3339), !v.IsZero()
	}
	switch value.Kind() {
	case reflect.Pointer:
		if value.IsNil() {
			return nil, false
		}
		shown, _ = show(value.Elem())
		return shown, true
	case reflect.Struct:
		fields := map[string]any{}
		showFields(value, fields)
		return fields, len(fields) > 0
	case reflect.Map:
		items := map[string]any{}
		for _, key := range value.MapKeys() {
			items[key.String()], _ = show(value.MapIndex(key))
		}
		return items, len(items) > 0
	case reflect.Slice:
		items := make([]any, value.Len())
		for i := range items {
			items[i], _ = show(value.Index(i))
		}
		return items, len(items) > 0
	case reflect.Interface:
		if value.IsNil() {
			return nil, false
		}
		shown, _ = show(value.Elem())
		return shown, true
	}
	return value.Interface(), !value.IsZero()
}

func showFields(value reflect.Value, into map[string]any) {
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if field.Anonymous {
			showFields(value.Field(i), into)
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("toml"), ",")
		if name == "-" || !field.IsExported() {
			continue
		}
		if name == "" {
			name = field.Name
		}
		if shown, set := show(value.Field(i)); set {
			into[name] = shown
		}
	}
}
