import { expect } from "chai";
import { readCiConfig } from "../../../../cli/access/reading/ci-config";
import { findReferences } from "../../../../cli/access/reading/find-references";
import { predefinedVariables } from "../../../../cli/access/reading/predefined";

const project = { id: 1, path_with_namespace: "apps/etl", default_branch: "main" };
const predefined = predefinedVariables(project, "r.example", "https://g.example");
const PULL = "docker pull r.example/x/p";

/** What is said of each thing that is found: where and why it is not understood, or the image. */
function read(script: string, files: Record<string, string> = {}): string[] {
    const text = `job:\n  script:\n    - |\n${script.replace(/^/gm, "      ")}\n`;
    const file = (name: string) => (name === ".gitlab-ci.yml" ? text : files[name]);
    const context = { registries: ["r.example"], sources: [".gitlab-ci.yml"], file };
    const found = findReferences(readCiConfig(text, { predefined }), context);
    return found.map(({ where, text, open }) => (open === undefined ? text : `${where}: ${open}`));
}

const many = (count: number, line: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => line(at)).join("");

const LOG = "The job-token log shows what it reaches";
const TOO_DEEP = `it is called too deep within other calls to follow. ${LOG}`;

/** What a bound of the scan keeps from being followed: a script, files of the repository, and the one line that says so. */
const BITES: Record<string, [script: string, files: Record<string, string>, line: string]> = {
    "functions that call each other": [
        `${many(20, (i) => `f${i}() { f${i + 1}; }\n`)}f20() { ${PULL}; }\nf0`,
        {},
        `job job (.gitlab-ci.yml:15): ${TOO_DEEP}`,
    ],
    "scripts that call each other": [
        "sh s0.sh",
        {
            ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`s${i}.sh`, `./s${i + 1}.sh\n`])),
            "s20.sh": PULL,
        },
        `s11.sh:1 (job job): ${TOO_DEEP}`,
    ],
    "commands that run each other": [
        `${"sudo xargs env ".repeat(600)}${PULL}`,
        {},
        `job job (.gitlab-ci.yml:4): ${TOO_DEEP}`,
    ],
    "a text that is printed without end": [
        `printf '%s ${"x".repeat(9000)}' ${"a ".repeat(1000)} | sh`,
        {},
        "job job (.gitlab-ci.yml:4): what this shell reads is not known. The job's log shows what it does",
    ],
    "a value that is too long": [
        `LIST="${"r.example/x/p ".repeat(1000)}"\nfor i in $LIST; do docker pull $i; done`,
        {},
        "job job (.gitlab-ci.yml:5): it is put together when the job runs. The job's log shows it, the job-token log where it led",
    ],
};

describe("access scan on more than it follows", () => {
    for (const [name, [script, files, line]] of Object.entries(BITES)) {
        it(`says so of ${name}`, () => expect(read(script, files)).to.deep.equal([line]));
    }

    it("follows a script that calls itself to its end, and says nothing more of it", () => {
        expect(read("./up.sh", { "up.sh": `[ $(id -u) = 0 ] || exec sudo ./up.sh "$@"\n${PULL}\n` })).to.deep.equal([
            "r.example/x/p",
        ]);
        expect(read(`again() { "$@" || again "$@"; }\nagain ${PULL}`)).to.deep.equal(["r.example/x/p"]);
        const each = "all() { docker pull r.example/x/$1; shift; all $@; }\nall p q";
        expect(read(each).slice(0, 2)).to.deep.equal(["r.example/x/p", "r.example/x/q"]);
    });

    it("goes round a loop once more with what its first turn has set", () => {
        expect(read("I=p\nuntil docker pull r.example/x/$I; do I=q; done")).to.deep.equal([
            "r.example/x/p",
            "r.example/x/q",
        ]);
        expect(read("I=p\nfor i in $(seq 3); do docker pull r.example/x/$I; I=q; done")).to.deep.equal([
            "r.example/x/p",
            "r.example/x/q",
        ]);
        const list = { list: many(40, (i) => `p${i}\n`) };
        expect(read('while read i; do ALL="$ALL r.example/x/$i"; done < list\ndocker pull $ALL', list)).to.have.length(
            40,
        );
    });

    it("takes of a here-document, and of a file that is read, all that they may be", () => {
        const either = "if [ $A ]; then I=p; else I=q; fi\n";
        const both = ["r.example/x/p", "r.example/x/q"];
        expect(read(`${either}cat > Dockerfile <<EOF\nFROM r.example/x/$I\nEOF\ndocker build .`)).to.deep.equal(both);
        expect(read(`${either}sh <<< "docker pull r.example/x/$I"`)).to.deep.equal(both);
        const files = { "p.sh": PULL, "q.sh": "docker pull r.example/x/q" };
        expect(read(`${either}sh < $I.sh`, files)).to.deep.equal(both);
    });

    it("reads lines of any length, and commands that go on over any number of lines", () => {
        const recipe = `all:\n\tdocker run \\\n${many(30, (i) => `\t  -e A${i}=${"x".repeat(100)} \\\n`)}\t  $(WHERE)/p\n`;
        expect(read("make", { Makefile: recipe })).to.have.length(1);
        const far = `${"x ".repeat(1000)}"ci/pull.sh"`;
        expect(read("./run.py", { "run.py": far, "ci/pull.sh": PULL })).to.deep.equal(["r.example/x/p"]);
        const hidden = `{ ${"a: b, ".repeat(300)} image: \${WHERE}/p, b: { image: \${THERE}/q } }`;
        expect(read("docker compose up", { "compose.yaml": hidden })).to.have.length(2);
        const library = `docker.from_env().images.run(${"x, ".repeat(1000)}build=1)`;
        expect(read("./run.py", { "run.py": library })).to.have.length(1);
    });

    it("finds a script of the repository wherever it stands among the words of a program that nobody knows", () => {
        expect(read(`srun ${"-x ".repeat(100)} ci/pull.sh`, { "ci/pull.sh": PULL })).to.deep.equal(["r.example/x/p"]);
    });

    it("says of a file that is written whole from what is not known that it is not read", () => {
        for (const text of ["$(curl https://e.example)", "$FROM_SETTINGS"]) {
            expect(read(`echo "${text}" > Dockerfile\ndocker build .`), text).to.have.length(1);
            expect(read(`echo "${text}" > compose.yaml\ndocker compose up`), text).to.have.length(1);
        }
    });
});
