import { expect } from "chai";
import { readCiConfig } from "../../../../../cli/access/reading/ci-config";
import { findReferences } from "../../../../../cli/access/reading/find-references";
import { predefinedVariables } from "../../../../../cli/access/reading/predefined";
import { workOf } from "../../../../helpers/work";

const project = { id: 1, path_with_namespace: "apps/etl", default_branch: "main" };
const predefined = predefinedVariables(project, "r.example", "https://g.example");

function read(text: string, files: Record<string, string> = {}, asked = new Set<string>()) {
    const sources = [".gitlab-ci.yml"];
    const file = (name: string) => {
        asked.add(name);
        return name === sources[0] ? text : files[name];
    };
    return findReferences(readCiConfig(text, { predefined }), { registries: ["r.example"], sources, file });
}

const LOG = "The job-token log shows what it reaches";
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
};

describe("findReferences on large configurations", () => {
    for (const [name, shape] of Object.entries(SHAPES)) {
        it(`does for each part of ${name} the same work, however many there are`, () => {
            const [one, two, three] = [100, 200, 300].map((size) => workOf(() => read(shape(size))));
            expect(one).to.be.greaterThan(1000);
            expect((three! - two!) / (two! - one!)).to.be.within(0.9, 1.1);
        });
    }

    it("reads a script once where the lines of a matrix make no difference to it", () => {
        const lines = repeated(20, (i) => `    - docker pull $CI_REGISTRY/x/p${i}\n`);
        const shape = (size: number) =>
            `job:\n  parallel: { matrix: [{ A: [${repeated(size, (i) => `${i},`)}] }] }\n  script:\n${lines}`;
        expect(workOf(() => read(shape(100)))).to.be.lessThan(3 * workOf(() => read(shape(1))));
    });

    it("does for each loop within a loop, and each pattern within a pattern, hardly more work", () => {
        const values = repeated(40, (i) => ` v${i}`);
        const loops = (depth: number) =>
            `job:\n  script:\n    - ${repeated(depth, (i) => `for a${i} in${values}; do `)}true${repeated(depth, () => "; done")}\n`;
        expect(workOf(() => read(loops(4)))).to.be.lessThan(5 * workOf(() => read(loops(3))));
        const endless = (depth: number) =>
            `job:\n  script:\n    - ${repeated(depth, () => "while read A; do ")}true${repeated(depth, () => "; done")}\n`;
        expect(workOf(() => read(endless(16)))).to.be.lessThan(2 * workOf(() => read(endless(14))));
        // Nothing is silent about it, be there a command in it or not.
        expect(read(loops(4).replace("true", "f() { true; }")).map(({ open }) => open)).to.deep.equal([
            `there is too much to follow from here on. ${LOG}`,
        ]);
        const branches = `case $X in${repeated(40, (i) => ` v${i}) A=${"a".repeat(i + 1)};;`)} esac`;
        const patterns = (depth: number) =>
            `job:\n  script:\n    - ${branches}\n    - echo ${repeated(depth, () => "$" + "{A/")}x${repeated(depth, () => "/y}")}\n`;
        expect(workOf(() => read(patterns(3)))).to.be.lessThan(5 * workOf(() => read(patterns(2))));
    });

    it("follows of a command with thousands of words the first ones, and says so", () => {
        const found = read(`job: { script: ["docker pull $CI_REGISTRY/x/p ${repeated(20_000, () => "a ")}"] }`);
        expect(found.map(({ text, open }) => open ?? text)).to.deep.equal([
            `it may be run with too many values to follow all. ${LOG}`,
            "r.example/x/p",
        ]);
    });

    it("comes to an end with texts that are made to take for ever", () => {
        const many = repeated.bind(undefined, 300_000);
        for (const [name, line] of Object.entries({
            "substitutions in place of a user": `https://${many(() => "$(a-b)")}`,
            "a user that never ends": `https://${"a".repeat(10_000_000)}`,
            "brackets after a path": `https://g.example/a/b${many(() => ")")}x`,
            "colons after an image": `r.example/${many(() => ":")}/`,
            dots: many(() => "."),
        })) {
            const Makefile = `all:\n\t${line}\n\tdocker pull r.example/x/p\n`;
            const found = read("job: { script: [make] }", { Makefile }).map(({ text }) => text);
            expect(found, name).to.include("r.example/x/p");
        }
        // Many commands of many words that each may begin a command, and one program's text again and again.
        const words = `X="${"docker ".repeat(1900)}"; for i in ${repeated(30, (i) => `${i} `)}; do x $X; done`;
        const again = `for i in ${repeated(90, (i) => `${i} `)}; do for j in ${repeated(50, (i) => `${i} `)}; do ./x.py; done; done`;
        const script = [words, again, "docker pull r.example/x/p"].map((line) => `    - ${JSON.stringify(line)}\n`);
        const spaces = `a${" ".repeat(1_000_000)}b: c`;
        const long = read(`job:\n  script:\n${script.join("")}    - sh a.sh\n`, {
            "x.py": "abc def\n".repeat(20_000),
            "a.sh": `${spaces}\ndocker pull r.example/x/q\n`,
        });
        expect(long.map(({ text }) => text)).to.include("r.example/x/p");
        // Calls of a function where very many variables have very long values.
        const longest = `A=0123456789\n${repeated(9, () => "A=$A$A\n")}${repeated(1600, (i) => `V${i}=$A\n`)}`;
        const calls = `${longest}f() { docker pull r.example/x/$1; }\n${repeated(1600, (i) => `f p${i}\n`)}`;
        expect(read(`job:\n  script:\n    - |\n${calls.replace(/^/gm, "      ")}`)).to.have.lengthOf(1600);
        const dots = repeated(1000, () => `    - $x = "${".".repeat(900)} r.example/x/p"\n`);
        expect(read(`job:\n  script:\n${dots}`)).to.have.lengthOf(1);
    });

    it("goes once through what many tests in a row decide", () => {
        const chain = `${repeated(2000, () => "[ a ] && A=1 && ")}docker pull r.example/x/p`;
        const found = read(`job: { script: [${JSON.stringify(chain)}] }`);
        expect(found.map(({ text }) => text)).to.deep.equal(["r.example/x/p"]);
    });

    it("takes of an image with a path of any length what may be a project's", () => {
        const Makefile = `all:\n\tdocker pull r.example/base/x/${repeated(100_000, () => "a/")}b\n`;
        const [{ candidates } = { candidates: [] }] = read("job: { script: [make] }", { Makefile });
        expect(candidates.map((path) => path.split("/").length)).to.deep.equal(
            Array.from({ length: 21 }, (_, at) => 22 - at),
        );
        expect(candidates.at(-1)).to.equal("base/x");
    });

    it("follows scripts that name each other as deep as they go, and of many the first, and says so", () => {
        const chain = (count: number) =>
            Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i}.py`, `run("s${i + 1}.py")\n`]));
        const pulls = 'run(["docker", "pull", "r.example/x/p"])';
        const why = (one: { text: string; open?: string }) => one.open ?? one.text;
        expect(read("job: { script: [./s0.py] }", { ...chain(450), "s450.py": pulls }).map(why)).to.deep.equal([
            "r.example/x/p",
        ]);
        const tooMuch = `there is too much to follow from here on. ${LOG}`;
        expect(read("job: { script: [./s0.py] }", { ...chain(1000), "s1000.py": pulls }).map(why)).to.deep.equal([
            tooMuch,
        ]);
        // Each name is a question to GitLab.
        const asked = new Set<string>();
        const Makefile = `all:\n${repeated(5000, (i) => `\tpython x${i}.py\n`)}`;
        expect(read("job: { script: [make] }", { Makefile }, asked).map(why)).to.deep.equal([tooMuch]);
        expect(asked.size).to.be.lessThan(1100);
        const loops = repeated(40, (i) => `\tsh l${i}.sh\n`);
        const scripts = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`l${i}.sh`, "date\n".repeat(400)]));
        const all = read("job: { script: [make] }", { Makefile: `all:\n${loops}`, ...scripts });
        expect(all.map(why)).to.deep.equal([tooMuch]);
    });

    it("reads Dockerfiles whose arguments grow, are called like something of JavaScript's, are far away, or are many", () => {
        const grown = repeated(40, (i) => `ARG A${i + 1}=$A${i}$A${i}\n`);
        for (const [name, args] of Object.entries({
            grow: `ARG A0=xx\n${grown}`,
            "of JavaScript's": "ARG constructor\nARG toString=x\nFROM scratch\nARG constructor\nARG valueOf\n",
            spaced: `RUN${" ".repeat(200_000)}\n`,
            many: `FROM scratch\n${repeated(20_000, (i) => `ARG A${i}=1\nRUN true\n`)}`,
        })) {
            const Dockerfile = `${args}FROM r.example/x/p\n`;
            const script = "docker build --build-arg T=$CI_JOB_TOKEN .";
            const found = read(`job: { script: ["${script}"] }`, { Dockerfile }).map(({ text }) => text);
            expect(found, name).to.include("r.example/x/p");
        }
        const Makefile = `A0 = xx\n${repeated(40, (i) => `A${i + 1} = $(A${i})$(A${i})\n`)}all:\n\tdocker pull r.example/x/p\n`;
        expect(read("job: { script: [make] }", { Makefile }).map(({ text }) => text)).to.deep.equal(["r.example/x/p"]);
    });

    it("follows files that are put together from each other up to a length, and says so", () => {
        const doubled = repeated(60, (i) => `    - cat f${i} f${i} > f${i + 1}\n`);
        const appended = repeated(200, () => "    - cat f9 >> all\n");
        const script = `    - printf '%s' ${"x".repeat(1000)} > f0\n${doubled}${appended}    - docker pull r.example/x/p\n`;
        const found = read(`job:\n  script:\n${script}`);
        expect([...new Set(found.map(({ text, open }) => `${text}: ${open}`))]).to.deep.equal([
            `all: what is written into it is too long to read. ${LOG}`,
            "r.example/x/p: undefined",
        ]);
    });

    it("quotes of a long command its beginning", () => {
        const [one] = read(`job: { script: ["eval $(make-commands ${"x".repeat(1000)})"] }`);
        expect(one!.text)
            .to.have.length(201)
            .and.to.match(/^eval \$\(make-commands x+…$/);
    });
});
