import type { CiConfig } from "./ci-config";
import { JobReader } from "./job-reader";
import { Places } from "./places";
import { type AccessReference, BY_RIGHTS, type ReferenceContext, toProject } from "./references";
import { expand } from "./variables";

/** All references of a consumer's configuration, each once for every place it stands in. */
export function findReferences(config: CiConfig, context: ReferenceContext): AccessReference[] {
    const globals = { ...context.predefined, ...context.given };
    const places = new Places(context.sources, context.file);
    const found = [
        ...config.includes.map((each) => toProject("include", "the configuration", expand(each, globals), BY_RIGHTS)),
        ...config.jobs.flatMap((job) =>
            job.variables.flatMap((variables) =>
                new JobReader(job, { ...context.predefined, ...variables, ...context.given }, context, places).read(),
            ),
        ),
    ];
    return [...new Map(found.map((one) => [`${one.kind} ${one.where} ${one.text}`, one])).values()];
}
