package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// addNotes gives every key its meaning. A key without a meaning and a meaning without a key are errors, so that a new
// gitlab-runner requires both.
func addNotes(s *schema, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var notes struct {
		Tables       map[string]map[string]string
		FeatureFlags map[string]string
	}
	if err := json.Unmarshal(text, &notes); err != nil {
		return fmt.Errorf("%s: %v", file, err)
	}
	var missing, unknown []string
	take := func(from map[string]string, key, where string) string {
		note, ok := from[key]
		if !ok {
			missing = append(missing, where)
		}
		delete(from, key)
		return note
	}
	for _, t := range s.allTables() {
		for _, k := range t.Keys {
			k.Note = take(notes.Tables[t.Name], k.Name, t.Name+"."+k.Name)
		}
		for key := range notes.Tables[t.Name] {
			unknown = append(unknown, t.Name+"."+key)
		}
		delete(notes.Tables, t.Name)
	}
	for _, flag := range s.FeatureFlags {
		take(notes.FeatureFlags, flag.Name, flag.Name)
	}
	for name := range notes.Tables {
		unknown = append(unknown, name)
	}
	for name := range notes.FeatureFlags {
		unknown = append(unknown, name)
	}
	if len(missing)+len(unknown) > 0 {
		return fmt.Errorf("%s: no note of %s; no key for %s", file, orNone(missing), orNone(unknown))
	}
	return nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
