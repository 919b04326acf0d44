import { described } from "../../components/common/described";
import { COMPONENT_OUTPUTS } from "./outputs";
import { COMPONENT_SHAPES } from "./shapes";
import { type Types, toProperties } from "./to-pulumi";

// Run by `make generate`: prints the schema of the components, as Pulumi's generators for other languages and its YAML host read it.
const types: Types = {};
const resources = Object.fromEntries(
    Object.entries(COMPONENT_SHAPES).map(([token, { schema }]) => {
        const { properties, required } = toProperties(described(schema!), types);
        const inputs = { inputProperties: properties, ...(required === undefined ? {} : { requiredInputs: required }) };
        const { description, ...outputs } = COMPONENT_OUTPUTS[token]!;
        return [token, { isComponent: true, description, ...inputs, ...outputs }];
    }),
);
const description = "GitLab runners, their runner managers and job-token allowlists, declared in one place.";
process.stdout.write(`${JSON.stringify({ description, resources, types }, undefined, 2)}\n`);
