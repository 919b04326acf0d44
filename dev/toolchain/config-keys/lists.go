package main

import (
	"fmt"
	"go/ast"
	"sort"
)

// testFlag exists only for gitlab-runner's own tests.
const testFlag = "FF_TEST_FEATURE"

// readExecutors reads the names that gitlab-runner's main package registers.
func readExecutors(src *source) ([]string, error) {
	main, err := src.load(".")
	if err != nil {
		return nil, err
	}
	common, err := src.load("common")
	if err != nil {
		return nil, err
	}
	register, ok := main.funcs["newExecutorProviders"]
	if !ok {
		return nil, fmt.Errorf("main.go has no newExecutorProviders: find out where executors are registered now")
	}
	var names []string
	ast.Inspect(register, func(node ast.Node) bool {
		literal, ok := node.(*ast.CompositeLit)
		if !ok {
			return true
		}
		for _, element := range literal.Elts {
			pair, ok := element.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			if name, ok := stringLiteral(pair.Key); ok {
				names = append(names, name)
			} else if constant, ok := pair.Key.(*ast.SelectorExpr); ok {
				names = append(names, common.consts[constant.Sel.Name])
			}
		}
		return false
	})
	if len(names) == 0 {
		return nil, fmt.Errorf("newExecutorProviders names no executors")
	}
	sort.Strings(names)
	return names, nil
}

// readFeatureFlags reads the table from which gitlab-runner documents its flags.
func readFeatureFlags(src *source) ([]featureFlag, error) {
	p, err := src.load("helpers/featureflags")
	if err != nil {
		return nil, err
	}
	spec, ok := p.vars["flags"]
	if !ok {
		return nil, fmt.Errorf("helpers/featureflags has no variable flags")
	}
	var flags []featureFlag
	for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
		flag := featureFlag{}
		for _, field := range element.(*ast.CompositeLit).Elts {
			pair := field.(*ast.KeyValueExpr)
			value, isIdent := pair.Value.(*ast.Ident)
			switch pair.Key.(*ast.Ident).Name {
			case "Name":
				if isIdent {
					flag.Name = p.consts[value.Name]
				} else {
					flag.Name, _ = stringLiteral(pair.Value)
				}
			case "DefaultValue":
				flag.Default = isIdent && value.Name == "true"
			case "Deprecated":
				flag.Deprecated = isIdent && value.Name == "true"
			}
		}
		if flag.Name == "" {
			return nil, fmt.Errorf("a feature flag without a name")
		}
		if flag.Name != testFlag {
			flags = append(flags, flag)
		}
	}
	return flags, nil
}
