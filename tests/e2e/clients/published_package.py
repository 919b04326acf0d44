"""Prints, as JSON, what the published pulumi-gitlab package says of the tokens it is asked for.

usage: published_package.py WHEEL TOKEN [TOKEN ...]

Reads the sources inside the wheel; nothing of it is imported or run.
"""
import ast
import json
import re
import sys
import zipfile

TYPES = {"str": "string", "int": "integer", "bool": "boolean", "float": "number"}


def type_of(node):
    """The schema's word for a Python annotation such as Input[Optional[Sequence[Input[str]]]]."""
    if isinstance(node, ast.Subscript):
        outer = ast.unparse(node.value).split(".")[-1]
        if outer in ("Input", "Optional"):
            return type_of(node.slice)
        if outer == "Sequence":
            return {"array": type_of(node.slice)}
        if outer == "Mapping":
            return {"object": type_of(node.slice.elts[1])}
    name = ast.unparse(node).strip("'\"").split(".")[-1]
    return TYPES.get(name, "object")


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def optional(node):
    return "Optional[" in ast.unparse(node)


def properties(cls):
    """Schema name of every property of a class, with its type."""
    found = {}
    for item in cls.body:
        if not isinstance(item, ast.FunctionDef):
            continue
        for decorator in item.decorator_list:
            text = ast.unparse(decorator)
            if not text.startswith("pulumi.getter"):
                continue
            name = re.search(r"name='(\w+)'", text)
            found[name.group(1) if name else item.name] = {
                "type": type_of(item.returns),
                "optional": optional(item.returns),
            }
    return found


def describe(wheel, token):
    """Input and output properties of one resource or function."""
    module = snake(token.split("/")[1].split(":")[0])
    name = token.split(":")[-1]
    tree = ast.parse(wheel.read(f"pulumi_gitlab/{module}.py"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    if name[0].isupper():
        return {"inputs": properties(classes[f"{name}Args"]), "outputs": properties(classes[name])}
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == snake(name))
    result = next(node for title, node in classes.items() if title.lower() == f"{name}result".lower())
    arguments = [arg.arg for arg in function.args.args if arg.arg != "opts"]
    text = ast.unparse(function)
    names = {arg: camel for camel, arg in re.findall(r"__args__\['(\w+)'\] = (\w+)", text)}
    annotations = {arg.arg: arg.annotation for arg in function.args.args}
    return {
        "inputs": {names[arg]: {"type": type_of(annotations[arg]), "optional": True} for arg in arguments},
        "outputs": properties(result),
    }


def main():
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        print(json.dumps({token: describe(wheel, token) for token in sys.argv[2:]}))


main()
