package main

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// schema is everything that config.toml may contain.
type schema struct {
	Version      string
	Module       string
	Executors    []string
	FeatureFlags []featureFlag
	Tables       []*table // in the order they are first met, starting at the top of the file
	Plugins      []plugin // fleeting plugins, whose tables stand in [runners.autoscaler.plugin_config]
}

// plugin is a fleeting plugin and its configuration.
type plugin struct {
	Name  string
	Table *table
}

type featureFlag struct {
	Name       string
	Default    bool
	Deprecated bool
}

// table is one Go struct: its keys in source order, with the keys of embedded structs in place of those structs.
type table struct {
	Name string
	Go   string   // package.Type
	From string   // where it is from, if not from a Go struct
	At   []string // where it may stand: "runners.docker"
	Keys []*key
}

type key struct {
	Name       string
	Note       string // what it means, without a full stop
	Type       string // string, bool, int, int32, float, duration, time, any, @Table; with [] or {} behind it; string|string[]
	Enum       []string
	IgnoreCase bool
	Min        *int64
	MinLength  *int64
	Secret     bool
	ByPlugin   bool // its table depends on the plugin that is named beside it
	Needed     bool // its plugin finds nothing without it
	Required   bool // gitlab-runner's own schema refuses the table without it
}

func (s *schema) table(name string) *table {
	for _, t := range s.allTables() {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// allTables are the tables of structs, then those of plugins.
func (s *schema) allTables() []*table {
	all := append([]*table{}, s.Tables...)
	for _, p := range s.Plugins {
		all = append(all, p.Table)
	}
	return all
}

func (t *table) key(name string) *key {
	for _, k := range t.Keys {
		if k.Name == name {
			return k
		}
	}
	return nil
}

func (s *schema) keyCount() (n int) {
	for _, t := range s.allTables() {
		n += len(t.Keys)
	}
	return n
}

func readSchema(src *source, version string) (*schema, error) {
	release, err := os.ReadFile(filepath.Join(src.root, "VERSION"))
	if err != nil {
		return nil, err
	}
	s := &schema{Version: strings.TrimSpace(string(release)), Module: runnerModule + "@" + version}
	if s.Executors, err = readExecutors(src); err != nil {
		return nil, err
	}
	if s.FeatureFlags, err = readFeatureFlags(src); err != nil {
		return nil, err
	}
	w := &walker{src: src, schema: s, byGo: map[string]*table{}}
	if _, err := w.table("common", "Config"); err != nil {
		return nil, err
	}
	s.locate("GlobalTable", "", map[string]bool{})
	if err := readFleetingPlugins(src, s); err != nil {
		return nil, err
	}
	return s, nil
}

// locate records where each table may occur, by walking the finished tables from the top.
func (s *schema) locate(name, at string, above map[string]bool) {
	t := s.table(name)
	t.At = append(t.At, at)
	if above[name] {
		return
	}
	above[name] = true
	for _, k := range t.Keys {
		if ref, ok := strings.CutPrefix(k.Type, "@"); ok {
			s.locate(strings.TrimSuffix(ref, "[]"), strings.TrimPrefix(at+"."+k.Name, "."), above)
		}
	}
	delete(above, name)
}

type walker struct {
	src    *source
	schema *schema
	byGo   map[string]*table
}

// table reads one struct and, through its fields, every struct below it.
func (w *walker) table(path, name string) (*table, error) {
	goName := path[strings.LastIndex(path, "/")+1:] + "." + name
	if t, ok := w.byGo[path+"."+name]; ok {
		return t, nil
	}
	t := &table{Name: tableName(goName), Go: goName}
	if other := w.schema.table(t.Name); other != nil {
		return nil, fmt.Errorf("%s and %s would share the name %s: name one of them in tableName", other.Go, goName, t.Name)
	}
	w.byGo[path+"."+name] = t
	w.schema.Tables = append(w.schema.Tables, t)
	return t, w.fields(t, path, name)
}

func (w *walker) fields(t *table, path, name string) error {
	p, err := w.src.load(path)
	if err != nil {
		return err
	}
	decl, ok := p.types[name]
	if !ok {
		return fmt.Errorf("no type %s in %s", name, path)
	}
	body, ok := decl.spec.Type.(*ast.StructType)
	if !ok {
		return fmt.Errorf("%s.%s is not a struct", path, name)
	}
	for _, field := range body.Fields.List {
		if err := w.field(t, p, decl.file, field); err != nil {
			return fmt.Errorf("%s.%s: %w", path, name, err)
		}
	}
	return nil
}

func (w *walker) field(t *table, p *pkg, file *ast.File, field *ast.Field) error {
	var tag reflect.StructTag
	if field.Tag != nil {
		text, err := strconv.Unquote(field.Tag.Value)
		if err != nil {
			return err
		}
		tag = reflect.StructTag(text)
	}
	if len(field.Names) == 0 {
		path, name, module, err := p.resolve(file, field.Type)
		if err != nil || !module {
			return fmt.Errorf("embedded field of another module: %v", err)
		}
		return w.fields(t, path, name)
	}
	for _, ident := range field.Names {
		tomlName, _, _ := strings.Cut(tag.Get("toml"), ",")
		if tomlName == "-" || !ident.IsExported() {
			continue
		}
		if tomlName == "" {
			tomlName = ident.Name // the decoder falls back to the field's name, as in [runners.machine]
		}
		k := &key{Name: tomlName}
		t.Keys = append(t.Keys, k)
		var err error
		if k.Type, k.Enum, err = w.typeOf(p, file, field.Type); err != nil {
			return fmt.Errorf("%s: %w", ident.Name, err)
		}
		if err := k.readJSONSchema(tag.Get("jsonschema")); err != nil {
			return fmt.Errorf("%s: %w", ident.Name, err)
		}
		k.Required = isNullWithoutValue(field.Type, k.Type, tag)
	}
	return nil
}

// isNullWithoutValue finds fields that gitlab-runner marshals to null if they are absent: pointers, lists and maps
// whose JSON tag does not omit them. Its schema check does not accept null for a table, a list or a map.
func isNullWithoutValue(expr ast.Expr, tomlType string, tag reflect.StructTag) bool {
	_, options, _ := strings.Cut(tag.Get("json"), ",")
	if strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero") || strings.Contains(tag.Get("jsonschema"), "null") {
		return false
	}
	_, isPointer := expr.(*ast.StarExpr)
	return isPointer || strings.HasSuffix(tomlType, "[]") || strings.HasSuffix(tomlType, "{}")
}

// readJSONSchema reads enums and minima from the tag that gitlab-runner's own schema check uses.
func (k *key) readJSONSchema(tag string) error {
	for _, part := range strings.Split(tag, ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "", "oneof_type":
		case "enum":
			k.Enum = append(k.Enum, value)
		case "min", "minimum", "minLength":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return err
			}
			if name == "minLength" {
				k.MinLength = &n
			} else {
				k.Min = &n
			}
		default:
			return fmt.Errorf("jsonschema tag %q is new: teach readJSONSchema what it means", part)
		}
	}
	return nil
}
