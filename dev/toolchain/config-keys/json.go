package main

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// renderJSON writes one line per table: small to load, and a diff names the changed table.
func renderJSON(s *schema) ([]byte, error) {
	var out bytes.Buffer
	flags := map[string]bool{}
	for _, flag := range s.FeatureFlags {
		flags[flag.Name] = flag.Default
	}
	plugins := map[string]string{}
	for _, p := range s.Plugins {
		plugins[p.Name] = p.Table.Name
	}
	out.WriteString("{\n")
	for _, head := range []struct {
		name  string
		value any
	}{{"version", s.Version}, {"module", s.Module}, {"executors", s.Executors}, {"featureFlags", flags}, {"plugins", plugins}} {
		fmt.Fprintf(&out, "%q:%s,\n", head.name, compact(head.value))
	}
	out.WriteString("\"tables\":{\n")
	tables := s.allTables()
	for i, t := range tables {
		fmt.Fprintf(&out, "%q:{", t.Name)
		for j, k := range t.Keys {
			fmt.Fprintf(&out, "%s%q:%s", comma(j), k.Name, compact(k.compact()))
		}
		fmt.Fprint(&out, "}"+map[bool]string{true: ",\n", false: "\n"}[i < len(tables)-1])
	}
	out.WriteString("}\n}\n")
	if !json.Valid(out.Bytes()) {
		return nil, fmt.Errorf("wrote invalid JSON")
	}
	return out.Bytes(), nil
}

// compact is the bare type if nothing else is known of a key.
func (k *key) compact() any {
	if k.Enum == nil && k.Min == nil && k.MinLength == nil && !k.Secret && !k.ByPlugin && !k.Needed && !k.Required {
		return k.Type
	}
	return struct {
		Type       string   `json:"type"`
		Enum       []string `json:"enum,omitempty"`
		IgnoreCase bool     `json:"ignoreCase,omitempty"`
		Min        *int64   `json:"min,omitempty"`
		MinLength  *int64   `json:"minLength,omitempty"`
		Secret     bool     `json:"secret,omitempty"`
		ByPlugin   bool     `json:"byPlugin,omitempty"`
		Needed     bool     `json:"needed,omitempty"`
		Required   bool     `json:"required,omitempty"`
	}{k.Type, k.Enum, k.IgnoreCase, k.Min, k.MinLength, k.Secret, k.ByPlugin, k.Needed, k.Required}
}

func compact(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // only strings, numbers and booleans are handed in
	}
	return string(bytes.TrimSpace(out.Bytes()))
}

func comma(index int) string {
	if index == 0 {
		return ""
	}
	return ","
}
