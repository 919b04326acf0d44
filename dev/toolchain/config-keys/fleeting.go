package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Pages of the pinned gitlab-runner on which GitLab shows a complete `plugin_config` for each of its fleeting plugins.
// The plugins themselves are modules that the Go proxy does not serve, so their structs cannot be read.
var fleetingPages = []string{"docs/executors/docker_autoscaler.md", "docs/executors/instance.md"}

// Plugins that GitLab maintains (docs/fleet_scaling/fleeting.md); if the pages no longer show one, the generator stops.
var fleetingPlugins = []string{"aws", "azure", "googlecloud"}

var (
	tomlBlock   = regexp.MustCompile("(?s)```toml\n(.*?)```")
	pluginLine  = regexp.MustCompile(`(?m)^\s*plugin = "([\w-]+)"`)
	configTable = regexp.MustCompile(`(?m)^\s*\[runners\.autoscaler\.plugin_config\].*\n((?:\s*[\w-]+\s*=.*\n)+)`)
	configKey   = regexp.MustCompile(`^\s*([\w-]+)\s*=\s*(\S.*?)\s*(?:#\s*(.*))?$`)
)

// readFleetingPlugins writes a table for each plugin: a key is needed if all examples have it and none calls it
// optional.
func readFleetingPlugins(src *source, s *schema) error {
	shown := map[string]*pluginExamples{}
	for _, page := range fleetingPages {
		text, err := os.ReadFile(filepath.Join(src.root, page))
		if err != nil {
			return err
		}
		for _, block := range tomlBlock.FindAllStringSubmatch(string(text), -1) {
			plugin := pluginLine.FindStringSubmatch(block[1])
			config := configTable.FindStringSubmatch(block[1])
			if plugin == nil || config == nil {
				continue
			}
			if shown[plugin[1]] == nil {
				shown[plugin[1]] = &pluginExamples{in: map[string]int{}, optional: map[string]bool{}, types: map[string]string{}}
			}
			if err := shown[plugin[1]].add(config[1]); err != nil {
				return fmt.Errorf("%s, plugin %s: %w", page, plugin[1], err)
			}
		}
	}
	for _, name := range fleetingPlugins {
		examples := shown[name]
		if examples == nil {
			return fmt.Errorf("no page of %v shows the plugin_config of %s: find out where GitLab does now", fleetingPages, name)
		}
		s.Plugins = append(s.Plugins, plugin{name, examples.table(name)})
	}
	return nil
}

// pluginExamples is the content of one plugin's examples.
type pluginExamples struct {
	count    int
	order    []string
	in       map[string]int
	optional map[string]bool
	types    map[string]string
}

func (e *pluginExamples) add(lines string) error {
	e.count++
	for _, line := range strings.Split(strings.TrimRight(lines, "\n"), "\n") {
		parts := configKey.FindStringSubmatch(line)
		if parts == nil {
			return fmt.Errorf("cannot read %q", line)
		}
		key, value, comment := parts[1], parts[2], parts[3]
		kind, err := typeOfExample(value)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if e.in[key] == 0 {
			e.order = append(e.order, key)
		}
		e.in[key]++
		e.types[key] = kind
		e.optional[key] = e.optional[key] || strings.Contains(comment, "optional")
	}
	return nil
}

func typeOfExample(value string) (string, error) {
	if strings.HasPrefix(value, `"`) {
		return "string", nil
	}
	if value == "true" || value == "false" {
		return "bool", nil
	}
	if _, err := strconv.ParseInt(value, 10, 64); err == nil {
		return "int", nil
	}
	return "", fmt.Errorf("cannot tell the type of %s: teach typeOfExample", value)
}

func (e *pluginExamples) table(name string) *table {
	t := &table{
		Name: strings.ToUpper(name[:1]) + name[1:] + "PluginConfig",
		At:   []string{"runners.autoscaler.plugin_config"},
		From: fmt.Sprintf("fleeting plugin `%s`, as gitlab-runner's %s show it", name, strings.Join(fleetingPages, " and ")),
	}
	for _, name := range e.order {
		t.Keys = append(t.Keys, &key{Name: name, Type: e.types[name], Needed: e.in[name] == e.count && !e.optional[name]})
	}
	return t
}
