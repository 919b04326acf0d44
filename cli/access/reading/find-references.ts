import { noting } from "../shell/variables";
import type { CiJob } from "./ci-config";
import { JobReader } from "./job-reader";
import { Places } from "./places";
import { type AccessReference, type ReferenceContext, WHY } from "./references";

/** All references of a consumer's jobs, each once for every place, however many jobs inherit it. */
export function findReferences(jobs: readonly CiJob[], context: ReferenceContext): AccessReference[] {
    const places = new Places(context.sources, context.file);
    const found = new Map<string, { one: AccessReference; jobs: string[] }>();
    for (const job of jobs) {
        const own = new Map<string, AccessReference>();
        // Matrix lines with the same values for all variables that were asked for need not be read again.
        const read: Map<string, string | undefined>[] = [];
        for (const variables of job.variables) {
            if (read.some((asked) => [...asked].every(([name, value]) => variables[name] === value))) continue;
            const asked = new Map<string, string | undefined>();
            read.push(asked);
            for (const one of new JobReader(job, noting(variables, asked), context, places).read()) {
                const key = `${one.kind} ${one.where} ${one.text}`;
                const known = own.get(key);
                // If any variant needs a reference, it is needed.
                if (known === undefined || certaintyOf(known) < certaintyOf(one)) own.set(key, one);
            }
        }
        for (const one of own.values()) {
            const { kind, where, text, exempt, open } = one;
            const key = JSON.stringify([kind, where.replace(`job ${job.name}`, ""), text, exempt, open]);
            const known = found.get(key);
            if (known === undefined) found.set(key, { one, jobs: [job.name] });
            else known.jobs.push(job.name);
        }
    }
    const all = [...found.values()].map(({ one, jobs: [job, ...others] }): AccessReference => {
        const more = others.length > 0 ? ` and ${others.length} more` : "";
        return { ...one, where: one.where.replace(`job ${job}`, (name) => name + more) };
    });
    // An image in a variable's value needs no report if something else pulls it.
    return all.filter(
        (one) => one.open !== WHY.inVariable || !all.some((other) => other !== one && other.text.startsWith(one.text)),
    );
}

function certaintyOf({ exempt, open }: AccessReference): number {
    return exempt !== undefined ? 0 : open !== undefined ? 1 : 2;
}
