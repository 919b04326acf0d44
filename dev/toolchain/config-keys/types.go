package main

import (
	"fmt"
	"go/ast"
	"strings"
)

// Types of other modules that fields use, and their form in TOML.
var foreignTypes = map[string]string{
	"time.Duration":                    "duration",
	"time.Time":                        "time",
	"k8s.io/api/core/v1.Capability":    "string",
	"k8s.io/api/core/v1.ProcMountType": "string",
}

var basicTypes = map[string]string{
	"string": "string", "bool": "bool", "any": "any",
	"int": "int", "int64": "int", "int32": "int32", "float64": "float",
}

// Types with their own UnmarshalTOML that accepts more than their Go type.
var decodedTypes = map[string]string{"common.StringOrArray": "string|string[]"}

// typeOf returns how a field is written in TOML, and its allowed values if its type names them as constants.
func (w *walker) typeOf(p *pkg, file *ast.File, expr ast.Expr) (string, []string, error) {
	switch e := expr.(type) {
	case *ast.StarExpr: // absent differs from zero in Go only; in TOML it is the key that is absent
		return w.typeOf(p, file, e.X)
	case *ast.ArrayType:
		item, enum, err := w.typeOf(p, file, e.Elt)
		return item + "[]", enum, err
	case *ast.MapType:
		value, enum, err := w.typeOf(p, file, e.Value)
		return value + "{}", enum, err
	case *ast.Ident:
		if basic, ok := basicTypes[e.Name]; ok {
			return basic, nil, nil
		}
		return w.named(p, file, e)
	case *ast.SelectorExpr:
		return w.named(p, file, e)
	}
	return "", nil, fmt.Errorf("cannot describe a %T", expr)
}

func (w *walker) named(p *pkg, file *ast.File, expr ast.Expr) (string, []string, error) {
	path, name, module, err := p.resolve(file, expr)
	if err != nil {
		return "", nil, err
	}
	if !module {
		if known, ok := foreignTypes[path+"."+name]; ok {
			return known, nil, nil
		}
		return "", nil, fmt.Errorf("%s.%s is of another module: say in foreignTypes what its TOML looks like", path, name)
	}
	if decoded, ok := decodedTypes[path+"."+name]; ok {
		return decoded, nil, nil
	}
	target, err := w.src.load(path)
	if err != nil {
		return "", nil, err
	}
	decl, ok := target.types[name]
	if !ok {
		return "", nil, fmt.Errorf("no type %s in %s", name, path)
	}
	if _, ok := decl.spec.Type.(*ast.StructType); ok {
		t, err := w.table(path, name)
		if err != nil {
			return "", nil, err
		}
		return "@" + t.Name, nil, nil
	}
	text, enum, err := w.typeOf(target, decl.file, decl.spec.Type)
	if values := target.enums[name]; len(values) > 0 {
		enum = values
	}
	return text, enum, err
}

// tableName is the name of a table's TypeScript type. Two packages have a Config.
func tableName(goName string) string {
	switch goName {
	case "common.Config":
		return "GlobalTable"
	case "common.RunnerConfig":
		return "WorkerTable"
	case "cacheconfig.Config":
		return "CacheConfig"
	case "referees.Config":
		return "RefereesConfig"
	}
	return goName[strings.Index(goName, ".")+1:]
}
