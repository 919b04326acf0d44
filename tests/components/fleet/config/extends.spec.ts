import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { parse as parseYaml } from "yaml";
import { checkStack } from "../../../../components/fleet/config/parse";
import { readStackFiles } from "../../../../components/fleet/config/stack-files";
import { findStackWarnings } from "../../../../components/fleet/config/stack-warnings";
import { COMMON, EXTENDS, MISTAKES, RUNNERS } from "./extends-mistakes";

describe("files that several stacks share", () => {
    let root: string;
    beforeEach(() => {
        root = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-shared-"));
        fs.mkdirSync(path.join(root, "stacks"));
        write("../Pulumi.yaml", "name: shop\nstackConfigDir: stacks\n");
    });
    afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

    function write(name: string, text: string): void {
        fs.writeFileSync(path.join(root, "stacks", name), text);
    }

    /** A stack whose values Pulumi hands over: texts, maps and lists as JSON, a key that is null as nothing. */
    function check(yaml: string) {
        const entries = Object.entries(parseYaml(yaml) as Record<string, unknown>).map(([key, value]) => [
            key,
            typeof value === "string" ? value : value === null ? "" : JSON.stringify(value),
        ]);
        const { problems, present, ...rest } = checkStack({
            own: { config: Object.fromEntries(entries) },
            folder: () => path.join(root, "stacks"),
            secretKeys: [],
            env: {},
            owner: "shop/prod",
        });
        return { ...rest, present, texts: problems.map(present) };
    }

    it("are merged key by key: maps together, lists and texts replaced, the stack over all", () => {
        write("common.yaml", COMMON);
        write("later.yaml", `config:\n  ${RUNNERS}: { small: { config: { limit: 3, output_limit: 9 } } }\n`);
        const { fleet, texts } = check(`
${EXTENDS}: [common.yaml, later.yaml]
${RUNNERS}:
  small: { tags: [prod], note: null, config: { limit: 4 } }
  own: { scope: instance }
`);
        expect(texts).to.deep.equal([]);
        expect(fleet.runners).to.deep.equal({
            small: {
                scope: { group: "apps" },
                tags: ["prod"],
                config: { executor: "docker", limit: 4, output_limit: 9, docker: { image: "alpine:3.22" } },
            },
            own: { scope: "instance" },
        });
    });

    it("may lie below the folder, and lose a whole section to a stack's null", () => {
        fs.mkdirSync(path.join(root, "stacks/parts"));
        write(
            "parts/common.yaml",
            `config:\n  gitlab-fleet:stateLost: true\n  ${RUNNERS}: { a: { scope: instance } }\n`,
        );
        const { fleet, texts } = check(`${EXTENDS}: [parts/common.yaml]\n${RUNNERS}: null`);
        expect(texts).to.deep.equal([]);
        expect(fleet).to.deep.equal({ extends: ["parts/common.yaml"], stateLost: true });
    });

    it("let other packages' keys be as they are", () => {
        write("common.yaml", COMMON);
        const { values } = check(`${EXTENDS}: [common.yaml]\ngitlab:retries: 4\nother:empty: ""`);
        expect(values).to.include({ "gitlab:retries": "4", "other:empty": "" });
    });

    it("keep a key that JavaScript treats as its own", () => {
        write(
            "common.yaml",
            `config:\n  ${RUNNERS}: { __proto__: { scope: instance }, constructor: { scope: instance } }\n`,
        );
        const { values, texts } = check(`${EXTENDS}: [common.yaml]`);
        expect(Object.keys(values[RUNNERS] as object)).to.deep.equal(["__proto__", "constructor"]);
        expect(texts.join()).to.match(/must not be __proto__ .* \(common\.yaml:2\)$/);
    });

    it("are named with the line where a wrong value stands, and only there", () => {
        write(
            "common.yaml",
            COMMON.replace("[docker, small]", "\n        - docker\n        - 5").replace("limit: 2", "limt: 2"),
        );
        expect(check(`${EXTENDS}: [common.yaml]\n${RUNNERS}: { small: { locked: 1 } }`).texts).to.deep.equal([
            `${RUNNERS}.small.tags[1] must be a text (got 5). Put it in quotes. (common.yaml:7)`,
            `${RUNNERS}.small.locked must be true or false (got 1). Write true.`,
            `${RUNNERS}.small.config.limt is not a key of gitlab-runner 19.4.0 in [[runners]] (got 2). Did you mean "limit"? (common.yaml:9)`,
        ]);
    });

    it("are named where a key is missing that nobody gives, by the value around it", () => {
        write("common.yaml", "config:\n\n  gitlab-fleet:managers:\n    m:\n      runners: []\n");
        expect(check(`${EXTENDS}: [common.yaml]`).texts[0]).to.match(
            /^gitlab-fleet:managers\.m\.\w+ is missing.* \(common\.yaml:4\)$/,
        );
    });

    // What stands in common.yaml or in the list, and every word of the answer.
    for (const [title, list, common, ...answers] of MISTAKES) {
        it(`are refused in one sentence: ${title}`, () => {
            if (common !== undefined) write("common.yaml", common);
            fs.mkdirSync(path.join(root, "stacks/parts"));
            fs.symlinkSync("../Pulumi.yaml", path.join(root, "stacks/link.yaml"));
            write("Pulumi.dev.yaml", "config: {}\n");
            fs.symlinkSync("Pulumi.dev.yaml", path.join(root, "stacks/own.yaml"));
            fs.symlinkSync("common.yaml", path.join(root, "stacks/Pulumi.linked.yaml"));
            expect(check(`${EXTENDS}: ${list}`).texts).to.deep.equal(answers);
        });
    }

    it("have any name but one that Pulumi reads", () => {
        const isRefused = (name: string) => {
            write(name, "config: {}\n");
            return check(`${EXTENDS}: [${name}]`).texts.some((text) => text.includes("is a file of Pulumi's own"));
        };
        for (const name of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.dev.yaml", "Pulumi.dev.yml", "Pulumi.a.b.yaml"])
            expect(isRefused(name), name).to.equal(true);
        for (const name of [
            "MyPulumi.yaml",
            "MyPulumi.dev.yaml",
            "Pulumi.yaml.txt",
            "Pulumi.dev.yaml.txt",
            "Pulumi-x.yaml",
        ])
            expect(isRefused(name), name).to.equal(false);
    });

    it("may say that they are a part, with a list of nothing", () => {
        write("common.yaml", `config:\n  ${EXTENDS}: []`);
        expect(check(`${EXTENDS}: [common.yaml]`).texts).to.deep.equal([]);
    });

    it("that are missing hide no mistake in the login, and make none of what they would have said", () => {
        const { texts } = check(
            `${EXTENDS}: [x.yaml]\ngitlab:baseUrl: nowhere\n${RUNNERS}: { small: { tags: [a], note: null } }`,
        );
        expect(texts.map((text) => text.split(" ")[0])).to.deep.equal([`${EXTENDS}[0]`, "gitlab:baseUrl"]);
    });

    it("must have what a null removes", () => {
        write("common.yaml", COMMON);
        expect(
            check(
                `${EXTENDS}: [common.yaml]\n${RUNNERS}: { smal: null, small: { locked: null } }\ngitlab-fleet:managers: null`,
            ).texts,
        ).to.deep.equal([
            `${RUNNERS}.small.locked removes what a shared file says, but none says it (got null). Remove it, or give it a value.`,
            `${RUNNERS}.smal removes what a shared file says, but none says it (got null). Did you mean "small"?`,
            "gitlab-fleet:managers removes what a shared file says, but none says it (got null). Remove it, or give it a value.",
        ]);
    });

    it("are looked through by the warnings, which say what is to be done in all stacks", () => {
        write(
            "common.yaml",
            `config:\n  ${RUNNERS}:\n    a:\n      scope: instance\n      description: prod\n      config: { executor: shell, environment: [DB_PASSWORD=hunter2],\n        cache: { s3: { SecretKey: hunter2 } } }\n`,
        );
        write("Pulumi.prod.yaml", `config:\n  gitlab:baseUrl: https://a.org/api/v4/\n  ${EXTENDS}: [common.yaml]\n`);
        const { values, layers, present } = check(`gitlab:baseUrl: https://a.org/api/v4/\n${EXTENDS}: [common.yaml]`);
        const found = findStackWarnings({ stack: "dev", values, layers, secretKeys: [], root }).map(present);
        const opens = "is in plain text in a file that several stacks share, and in its history once it is committed.";
        const ends = "Replace it where it was issued if others could read it.";
        expect(found).to.deep.equal([
            `${RUNNERS}.a.config.environment[0] ${opens} Take the list out there and write it in each stack that needs it, because a stack's list replaces a shared one: \`pulumi config set --secret --path '${RUNNERS}.a.config.environment[0]'\` asks for the value. ${ends} (common.yaml:6)`,
            `${RUNNERS}.a.config.cache.s3.SecretKey ${opens} Take it out there, and set it in each stack that needs it: \`pulumi config set --secret --path '${RUNNERS}.a.config.cache.s3.SecretKey'\` asks for the value. ${ends} (common.yaml:7)`,
            `gitlab:baseUrl is that of stack "prod" too, and both declare runner "a" of the instance: GitLab gets a runner of each stack, all with one name. Correct the address, or give each stack's runners names of their own.`,
            `${RUNNERS}.a.description holds the name of stack "prod" (got "prod"). Is it meant for this one? If so, add other-stack to its silence. (common.yaml:5)`,
        ]);
        expect(readStackFiles(root).get("prod")).to.have.nested.property(`${RUNNERS}.a.description`, "prod");
    });

    it("have a runner's token taken out in them, too, and not set in each stack", () => {
        write("common.yaml", `config:\n  ${RUNNERS}: { a: { scope: instance, config: { token: hunter2hunter2 } } }\n`);
        const { values, layers } = check(`${EXTENDS}: [common.yaml]`);
        const [found] = findStackWarnings({ stack: "dev", values, layers, secretKeys: [], root });
        expect(found).to.include({
            path: `${RUNNERS}.a.config.token`,
            message:
                "is in plain text in a file that several stacks share, and in its history once it is committed. Remove it, and reset it in GitLab if others could read it.",
        });
    });

    it("are not looked for by a stack that names none", () => {
        const folder = () => {
            throw new Error("nobody asked");
        };
        const { problems } = checkStack({ own: { config: {} }, folder, secretKeys: [], env: {}, owner: "shop/prod" });
        expect(problems).to.deep.equal([]);
    });
});
