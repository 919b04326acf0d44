import * as path from "node:path";
import { expect } from "chai";
import { runCli } from "../helpers";
import { projectToValidate, WELL } from "./project";

const ROOT = path.join(__dirname, "../../..");

describe("gitlab-fleet validate", () => {
    const { write, validate, folder } = projectToValidate();

    it("finds nothing in the stacks of this project, and says so", async () => {
        const { code, out, err } = await runCli(["validate", "--project", ROOT]);
        expect([code, out, err]).to.deep.equal([0, "No mistake in 4 stacks.\n", ""]);
    });

    it("prints each problem on one line with the line of its value, and tells warnings apart", async () => {
        write(
            "stacks/Pulumi.prod.yaml",
            `config:
  gitlab:baseUrl: https://gitlab.example.org
  gitlab-fleet:runners:
    ci:
      scope: instance
      tags:
        - docker
        - 5
      note: glpat-hunter2hunter2
      config: { executor: shell, environment: [DB_PASSWORD=hunter2] }
    deploy:
      locked: true
`,
        );
        const { code, out } = await validate();
        expect(code).to.equal(1);
        expect(out.split("\n")).to.deep.equal([
            'stacks/Pulumi.prod.yaml:2: gitlab:baseUrl must end with /api/v4/ (got "https://gitlab.example.org"). Write it like https://gitlab.example.org/api/v4/.',
            "stacks/Pulumi.prod.yaml:8: gitlab-fleet:runners.ci.tags[1] must be a text (got 5). Put it in quotes.",
            "stacks/Pulumi.prod.yaml:9: gitlab-fleet:runners.ci.note holds what looks like a token (got a secret of 20 characters), and everybody who sees the runner in GitLab reads it. Remove it, and revoke it if it was ever applied or committed.",
            "stacks/Pulumi.prod.yaml:10: warning: gitlab-fleet:runners.ci.config.environment[0] is in plain text in the stack's configuration, and in its history once it is committed. Encrypt it: `pulumi config set --secret --path 'gitlab-fleet:runners.ci.config.environment[0]'` asks for the value. Replace it where it was issued if others could read it.",
            "stacks/Pulumi.prod.yaml:11: gitlab-fleet:runners.deploy.scope is missing. Add { group: <path or id> }, { project: <path or id> } or instance.",
            "4 mistakes and 1 warning in stack prod.",
            "",
        ]);
    });

    it("warns of stacks' files beside Pulumi.yaml that Pulumi reads from another folder", async () => {
        write("stacks/Pulumi.prod.yaml", WELL);
        for (const name of ["Pulumi.prod.yaml", "Pulumi.new.yaml", "Pulumi.other.yml"]) write(name, WELL);
        const { code, out } = await validate();
        const notRead = (name: string, at = name) =>
            `${at}: warning: ${name} beside Pulumi.yaml is not read: the stacks' files are in stacks (stackConfigDir). Move it there, or remove it.`;
        expect(code).to.equal(0);
        const ofProd = notRead("Pulumi.prod.yaml", "stacks/Pulumi.prod.yaml");
        expect(out.split("\n").slice(0, 2)).to.deep.equal([notRead("Pulumi.new.yaml"), ofProd]);
        expect((await validate("--stack", "prod")).out.split("\n")[0]).to.equal(ofProd);
    });

    it("takes a stack's file beside Pulumi.yaml for what Pulumi takes it where no other folder is named", async () => {
        write("Pulumi.yaml", "name: shop\nruntime: nodejs\nstackConfigDir: ./\n");
        write("Pulumi.prod.yaml", WELL);
        expect((await validate()).out).to.equal("No mistake in stack prod.\n");
    });

    it("ends with 0 where it only warns", async () => {
        write("stacks/Pulumi.prod.yaml", WELL.replace("{ secure: v1:x }", "glpat-hunter2hunter2"));
        const { code, out } = await validate();
        expect(code).to.equal(0);
        expect(out).to.match(/^stacks\/Pulumi\.prod\.yaml:2: warning: gitlab:token is in plain text /);
    });

    it("tells what is in a shared file once, in that file, for all stacks that have it", async () => {
        write("stacks/common.yaml", "config:\n  gitlab-fleet:runners:\n    a: { scope: instance, lock: true }\n");
        for (const stack of ["dev", "prod"]) {
            write(`stacks/Pulumi.${stack}.yaml`, "config:\n  gitlab-fleet:extends: [common.yaml]\n");
        }
        write("stacks/Pulumi.staging.yaml", WELL);
        const { code, out } = await validate("--json");
        expect(code).to.equal(1);
        expect(JSON.parse(out)).to.deep.equal({
            stacks: ["dev", "prod", "staging"],
            errors: 1,
            warnings: 0,
            problems: [
                {
                    severity: "error",
                    stacks: ["dev", "prod"],
                    file: "stacks/common.yaml",
                    line: 3,
                    path: "gitlab-fleet:runners.a.lock",
                    message: 'is not a known key. Did you mean "locked"?',
                    code: null,
                },
            ],
        });
    });

    it("looks at one stack alone where it is named", async () => {
        write("stacks/Pulumi.prod.yaml", "config: 5");
        write("stacks/Pulumi.dev.yaml", WELL);
        expect(await validate("--stack", "dev")).to.deep.equal({ code: 0, out: "No mistake in stack dev.\n", err: "" });
    });

    it("takes what Pulumi.yaml gives to stacks that do not have the key, with its line there", async () => {
        write(
            "Pulumi.yaml",
            "name: shop\nconfig:\n  gitlab:retries: many\n  gitlab:insecure: { type: string, default: often }\n  gitlab:baseUrl:\n    value: x\n",
        );
        write("Pulumi.prod.yaml", `${WELL}  gitlab:baseUrl: https://a.org/api/v4/\n`);
        const { out } = await validate();
        expect(out.split("\n").map((line) => line.split(" must")[0])).to.deep.equal([
            "Pulumi.yaml:3: gitlab:retries",
            "Pulumi.yaml:4: gitlab:insecure",
            "2 mistakes in stack prod.",
            "",
        ]);
    });

    it("merges what << names, as Pulumi does, and finds a mistake in it where it is written", async () => {
        write(
            "stacks/Pulumi.prod.yaml",
            `config:
  gitlab:baseUrl: https://gitlab.example.org/api/v4/
  gitlab-fleet:runners:
    a:
      <<: &every { maximumTimeout: 20, note: x }
      scope: instance
    b:
      <<: [*every, { lockd: true }]
      maximumTimeout: 3600
      scope: instance
`,
        );
        expect((await validate()).out.split("\n").slice(0, -1)).to.deep.equal([
            "stacks/Pulumi.prod.yaml:5: gitlab-fleet:runners.a.maximumTimeout must be at least 600 seconds (got 20). Raise it or leave it out.",
            'stacks/Pulumi.prod.yaml:8: gitlab-fleet:runners.b.lockd is not a known key. Did you mean "locked"?',
            "2 mistakes in stack prod.",
        ]);
    });

    const FILES: [title: string, text: string | Buffer, line: string][] = [
        ["no YAML", "config:\n  a: [", ":2: is not YAML (a ] is missing above). Correct the file."],
        ["a list", "- a", ":1: must be a map, with config: at its top. Correct the file."],
        [
            "config that is no map",
            "config: a",
            ':1: config must be a map (got "a"). Write its keys below it, further to the right.',
        ],
        [
            "a key twice",
            "config:\n  gitlab-fleet:runners: {}\n  gitlab-fleet:runners: {}",
            ':3: is not YAML ("gitlab-fleet:runners" stands there twice in one map: rename or remove one of them). Correct the file.',
        ],
        [
            "a runner twice",
            "config:\n  gitlab-fleet:runners:\n    a: { scope: instance }\n    'a': { scope: instance }",
            ':4: is not YAML ("a" stands there twice in one map: rename or remove one of them). Correct the file.',
        ],
        [
            "a key out of its column",
            "config:\n  gitlab-fleet:runners:\n    a:\n      scope: instance\n     locked: true",
            ":5: is not YAML (a key that begins left of those that it belongs to: line them up). Correct the file.",
        ],
        [
            "a key to the right of its neighbours",
            "config:\n  gitlab-fleet:runners:\n    a:\n      scope: instance\n       locked: true",
            ":4: is not YAML (it does not fit the next line: line both up, or write what is missing, a colon and a space). Correct the file.",
        ],
        [
            "a key to the left of what it belongs to, with more below it",
            "config:\n  gitlab-fleet:managers:\n    a:\n      runners:\n        - x\n    systemId: r_1\n      config:\n        concurrent: 1",
            ":6: is not YAML (it does not fit the next line: line both up, or write what is missing, a colon and a space). Correct the file.",
        ],
        [
            "without its colon",
            "config:\n  gitlab-fleet:runners\n    a: { scope: instance }",
            ":2: is not YAML (it does not fit the next line: line both up, or write what is missing, a colon and a space). Correct the file.",
        ],
        [
            "a colon in a text",
            "config:\n  gitlab-fleet:runners: { a: { scope: instance } }\n  gitlab:baseUrl: see: https://gitlab.example.org",
            ":3: is not YAML (a text with a colon and a space in it: put it in quotes). Correct the file.",
        ],
        [
            "indented with tabs",
            "config:\n\tgitlab-fleet:runners: {}",
            ":2: is not YAML (tabs do not count as indentation: use spaces). Correct the file.",
        ],
        [
            "two documents, of which Pulumi reads one",
            "config:\n  gitlab-fleet:runners: {}\n---\nconfig:\n  gitlab-fleet:managers: {}",
            ":3: is not YAML (a second document, which Pulumi does not read, begins here: make one of both). Correct the file.",
        ],
        [
            "UTF-16, as PowerShell's > writes it",
            Buffer.from("\ufeffconfig:\r\n  gitlab-fleet:runners: {}\r\n", "utf16le"),
            ": is not UTF-8: save it as that. Correct the file.",
        ],
    ];
    for (const [title, text, line] of FILES) {
        it(`says of a stack's file that it is ${title}`, async () => {
            write("stacks/Pulumi.prod.yaml", text);
            const { code, out } = await validate();
            expect([code, out.split("\n")[0]]).to.deep.equal([1, `stacks/Pulumi.prod.yaml${line}`]);
        });
    }

    it("reads what Pulumi reads: merge keys, of hundreds of runners too, a byte-order mark, line ends of Windows", async () => {
        const anchored = WELL.replace("a: {", "a: &a {").replace("} }", "}, b: { <<: *a, tags: [b] } }");
        const names = Array.from({ length: 300 }, (_, at) => `"r${at}": { <<: *a, tags: [t${at}] }`);
        const often = anchored.replace("b: {", `${names.join(", ")}, b: {`);
        for (const text of [anchored, often, `\ufeff${WELL}`, WELL.replaceAll("\n", "\r\n")]) {
            write("stacks/Pulumi.prod.yaml", text);
            const { code, out } = await validate();
            expect([code, out], text).to.deep.equal([0, "No mistake in stack prod.\n"]);
        }
    });

    it("finds nothing wrong with a file that says nothing", async () => {
        for (const text of ["", "config:", "encryptionsalt: v1:x"]) {
            write("stacks/Pulumi.prod.yaml", text);
            expect((await validate()).out, text).to.equal(
                "No mistake in stack prod. No key below gitlab-fleet: is in prod: what a program declares by itself is not checked here.\n",
            );
        }
    });

    it("refuses a file that says nothing beside others that declare fleets, as a preview does", async () => {
        write("stacks/Pulumi.dev.yaml", WELL);
        write("stacks/Pulumi.prod.yaml", "encryptionsalt: v1:x");
        const { code, out } = await validate();
        expect(code).to.equal(1);
        expect(out).to.match(/^stacks\/Pulumi\.prod\.yaml: Stack "prod" has no configuration, and dev beside it has/);
        // A program in another language reads the values in its own way.
        write("Pulumi.yaml", "name: shop\nruntime: python\nstackConfigDir: stacks\n");
        expect((await validate()).out).to.not.contain("has no configuration");
    });

    it("takes a stack's name as Pulumi writes it, with organization and project", async () => {
        write("stacks/Pulumi.prod.yaml", WELL);
        expect((await validate("--stack", "acme/shop/prod")).out).to.equal("No mistake in stack prod.\n");
        expect((await validate("--stack", "acme/shop/pord")).err).to.contain('Did you mean "prod"?');
    });

    it("refuses wrong usage with 2 and one sentence", async () => {
        expect(await validate()).to.include({ code: 2, out: "" });
        write("stacks/Pulumi.prod.yaml", WELL);
        expect((await validate("--stack", "prd")).err).to.equal(
            `gitlab-fleet: There is no Pulumi.prd.yaml in ${folder()}/stacks. Did you mean "prod"?\n`,
        );
        const { code, err } = await runCli(["validate", "--project", path.join(folder(), "stacks")]);
        expect([code, err.split(" in ")[0]]).to.deep.equal([2, "gitlab-fleet: There is no Pulumi.yaml"]);
    });

    it("has colours on a terminal alone, and prints nothing that a terminal would obey", async () => {
        write("stacks/Pulumi.prod.yaml", 'config:\n  "gitlab-fleet:\\e[31mx\\u202e\\n": 5\n');
        const plain = await validate();
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
        expect(plain.out.replaceAll("\n", "")).not.to.match(/[\x00-\x1f\u202e]/);
        expect(plain.out.split("\n")).to.have.length(3);
        const { out } = await runCli(["validate", "--project", folder()], { terminal: true });
        expect(out).to.contain("\u001b[1m");
    });
});
