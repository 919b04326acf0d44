import { Session } from "node:inspector/promises";
import { expect } from "chai";
import { readCiConfig } from "../../../cli/access/ci-config";
import { findReferences } from "../../../cli/access/find-references";
import { predefinedVariables } from "../../../cli/access/variables";

const project = { id: 1, path: "apps/etl", registry: "r.example", server: "https://g.example", defaultBranch: "main" };
const predefined = predefinedVariables(project);

function read(text: string) {
    const sources = [".gitlab-ci.yml"];
    const file = (name: string) => (name === sources[0] ? text : undefined);
    return findReferences(readCiConfig(text), { registries: ["r.example"], predefined, given: {}, sources, file });
}

const repeated = (count: number, line: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => line(at)).join("");

/** Configurations that grow, each in its own way. */
const SHAPES: Record<string, (size: number) => string> = {
    "many jobs": (size) =>
        repeated(
            size,
            (i) => `job-${i}: { image: $CI_REGISTRY/base/i${i}, script: [docker pull $CI_REGISTRY/x/p${i}] }\n`,
        ),
    "jobs that inherit their image": (size) =>
        `default: { image: $CI_REGISTRY/base/debian }\n${repeated(size, (i) => `job-${i}: { script: [make] }\n`)}`,
    "one long script": (size) =>
        `job:\n  script:\n${repeated(size, (i) => `    - docker pull $CI_REGISTRY/x/p${i}\n`)}`,
    "a script with many branches": (size) =>
        `job:\n  script:\n    - |\n${repeated(size, (i) => `      if [ $A ]; then B${i}=1; else B${i}=2; fi\n`)}`,
    "a script with many subshells": (size) =>
        `job:\n  script:\n    - |\n${repeated(size, (i) => `      B${i}=$(date | cut -c 1)\n`)}`,
    "a script that is none": (size) => `job:\n  script:\n    - |\n${repeated(size, () => "      )) fi (\n")}`,
    "many variables and jobs": (size) =>
        `variables:\n${repeated(size, (i) => `  V${i}: x\n`)}${repeated(size, (i) => `job-${i}: { image: $CI_REGISTRY/base/$V${i}, script: [make] }\n`)}`,
    "a matrix of which a script takes no notice": (size) =>
        `job:\n  parallel: { matrix: [{ A: [${repeated(Math.min(size, 200), (i) => `${i}, `)}] }] }\n  script:\n${repeated(size, (i) => `    - docker pull $CI_REGISTRY/x/p${i}\n`)}`,
};

/** How often functions and branches of the scan are run, as the engine counts them. */
async function workOf(run: () => unknown): Promise<number> {
    const session = new Session();
    session.connect();
    try {
        await session.post("Profiler.enable");
        await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
        run();
        const { result } = await session.post("Profiler.takePreciseCoverage");
        return result
            .filter(({ url }) => url.includes("/cli/access/"))
            .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
            .reduce((sum, count) => sum + count, 0);
    } finally {
        session.disconnect();
    }
}

describe("findReferences on large configurations", () => {
    for (const [name, shape] of Object.entries(SHAPES)) {
        it(`does four times the work for four times ${name}`, async function () {
            this.timeout(20_000);
            const [small, large] = [await workOf(() => read(shape(50))), await workOf(() => read(shape(200)))];
            expect(small).to.be.greaterThan(50);
            expect(large / small).to.be.lessThan(5);
        });
    }

    it("quotes of a long command its beginning", () => {
        const [one] = read(`job: { script: ["eval $(make-commands ${"x".repeat(1000)})"] }`);
        expect(one!.text)
            .to.have.length(201)
            .and.to.match(/^eval \$\(make-commands x+…$/);
    });
});
