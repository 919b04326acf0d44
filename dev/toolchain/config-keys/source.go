package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// source parses packages of the gitlab-runner module on first use.
type source struct {
	root     string
	packages map[string]*pkg
}

// pkg is the declarations of one package, by name.
type pkg struct {
	path    string
	types   map[string]declaration
	consts  map[string]string   // string constants
	enums   map[string][]string // named string type -> its constants' values, in source order
	vars    map[string]*ast.ValueSpec
	funcs   map[string]*ast.FuncDecl
	imports map[*ast.File]map[string]string
}

// declaration is a type with its file, which determines what its package names mean.
type declaration struct {
	spec *ast.TypeSpec
	file *ast.File
}

func newSource(root string) *source {
	return &source{root: root, packages: map[string]*pkg{}}
}

// load parses one package; path is relative to the module ("common", "cache/cacheconfig", "." for main).
func (s *source) load(path string) (*pkg, error) {
	if p, ok := s.packages[path]; ok {
		return p, nil
	}
	dir := filepath.Join(s.root, path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	p := &pkg{
		path: path, types: map[string]declaration{}, consts: map[string]string{}, enums: map[string][]string{},
		vars: map[string]*ast.ValueSpec{}, funcs: map[string]*ast.FuncDecl{}, imports: map[*ast.File]map[string]string{},
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, 0)
		if err != nil {
			return nil, err
		}
		p.add(file)
	}
	s.packages[path] = p
	return p, nil
}

func (p *pkg) add(file *ast.File) {
	p.imports[file] = map[string]string{}
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		p.imports[file][name] = path
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				p.funcs[d.Name.Name] = d
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					p.types[spec.Name.Name] = declaration{spec, file}
				case *ast.ValueSpec:
					p.addValue(d.Tok, spec)
				}
			}
		}
	}
}

func (p *pkg) addValue(tok token.Token, spec *ast.ValueSpec) {
	for i, name := range spec.Names {
		if tok == token.VAR {
			p.vars[name.Name] = spec
			continue
		}
		if i >= len(spec.Values) {
			continue
		}
		value, ok := stringLiteral(spec.Values[i])
		if !ok {
			continue
		}
		p.consts[name.Name] = value
		if named := constantType(spec, spec.Values[i]); named != "" && named != "string" {
			p.enums[named] = append(p.enums[named], value)
		}
	}
}

// resolve turns a type expression into its package and name; module is false for other modules.
func (p *pkg) resolve(file *ast.File, expr ast.Expr) (path, name string, module bool, err error) {
	switch e := expr.(type) {
	case *ast.Ident:
		return p.path, e.Name, true, nil
	case *ast.SelectorExpr:
		alias := e.X.(*ast.Ident).Name
		full, ok := p.imports[file][alias]
		if !ok {
			return "", "", false, fmt.Errorf("package %s: no import named %s", p.path, alias)
		}
		if rest, ok := strings.CutPrefix(full, runnerModule+"/"); ok {
			return rest, e.Sel.Name, true, nil
		}
		return full, e.Sel.Name, false, nil
	}
	return "", "", false, fmt.Errorf("package %s: not a type name: %T", p.path, expr)
}

// constantType names the type of a constant: const A T = "a", or const A = T("a").
func constantType(spec *ast.ValueSpec, value ast.Expr) string {
	expr := spec.Type
	if call, ok := value.(*ast.CallExpr); ok && expr == nil {
		expr = call.Fun
	}
	if ident, ok := expr.(*ast.Ident); ok {
		return ident.Name
	}
	return ""
}

func stringLiteral(expr ast.Expr) (string, bool) {
	switch e := expr.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			value, err := strconv.Unquote(e.Value)
			return value, err == nil
		}
	case *ast.CallExpr: // KubernetesDNSPolicy("none")
		if len(e.Args) == 1 {
			return stringLiteral(e.Args[0])
		}
	}
	return "", false
}
