import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { pageWithTable } from "../../../../dev/scripts/access-table";
import { root } from "../../../../dev/scripts/pulumi";
import { type Sandbox, type Seed, startSandbox } from "../../../../sandbox";
import { readDeclared, runCommand } from "../../../cli/access/world";

const FOLDER = path.join(root, "tests/cases/ci");

/** One project in the manner of public ones, and what the scan has to say of it. */
interface Case {
    story: string;
    files: Record<string, string>;
    /** Settings of the project, as in a seed. */
    project?: object;
    /** Further arguments. */
    args?: string[];
    /** Producers, each with a part of the reason: kind, file and line, job. */
    granted?: Record<string, string>;
    notNeeded?: Record<string, string>;
    /** Parts of the lines, one for each. */
    notUnderstood?: string[];
    /** How `--check` ends. @default missing where something is granted, else ok */
    check?: "ok" | "missing" | "off";
}

const cases = fs
    .readdirSync(FOLDER)
    .filter((file) => file !== "world.yaml")
    .map((file) => ({
        name: path.parse(file).name,
        ...(parse(fs.readFileSync(path.join(FOLDER, file), "utf8")) as Case),
    }));

describe("access scan on projects in the manner of public ones", () => {
    let sandbox: Sandbox;
    const total = { granted: 0, right: 0, invented: 0, missed: 0, open: 0, openMissed: 0, openInvented: 0 };

    before(async () => {
        const seed = parse(fs.readFileSync(path.join(FOLDER, "world.yaml"), "utf8")) as Seed;
        const projects = cases.map(({ name, files, project }) => ({ path: `cases/${name}`, files, ...project }));
        sandbox = await startSandbox({ seed: { ...seed, projects: [...seed.projects!, ...projects] } });
    });
    after(async () => {
        await sandbox.close();
        const { granted, right, invented, missed, open, openMissed, openInvented } = total;
        const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} % (${part} of ${whole})`;
        console.log(
            `    ${cases.length} cases: recall ${share(right, granted)}, precision ${share(right, right + invented)}; ` +
                `not understood: recall ${share(open - openMissed, open)}, ${openInvented} beyond; missed grants ${missed}`,
        );
    });

    it("are at least sixty", () => expect(cases.length).to.be.at.least(60));

    it("stand beside a page that shows today's table of commands", () => {
        const page = fs.readFileSync(path.join(root, "docs/registry-access.md"), "utf8");
        expect(pageWithTable(page), "npx tsx dev/scripts/access-table.ts").to.equal(page);
    });

    for (const { name, story, args = [], granted = {}, notNeeded = {}, notUnderstood = [], ...rest } of cases) {
        it(`${name}: ${story}`, async () => {
            const scan = ["access", "scan", "--project", `cases/${name}`, ...args];
            const check = await runCommand(sandbox, [...scan, "--check", "--json"]);
            const json = JSON.parse(check.stdout);
            const { stdout } = await runCommand(sandbox, scan);
            const given = readDeclared(stdout).map(({ producer }) => producer);
            const open: string[] = json.notUnderstood.map(
                (one: Record<string, string>) => `${one.kind} in ${one.where}, ${one.text}: ${one.reason}`,
            );
            const openFound = notUnderstood.filter((part) => open.some((line) => line.includes(part)));
            const right = given.filter((producer) => producer in granted);
            total.granted += Object.keys(granted).length;
            total.right += right.length;
            total.invented += given.length - right.length;
            total.missed += Object.keys(granted).length - right.length;
            total.open += notUnderstood.length;
            total.openMissed += notUnderstood.length - openFound.length;
            total.openInvented += open.length - openFound.length;

            expect(given.sort(), stdout).to.deep.equal(Object.keys(granted).sort());
            for (const [producer, why] of Object.entries(granted)) {
                const lines = stdout.split("\n");
                const at = lines.indexOf(`    ${producer}:`);
                expect(
                    lines.slice(at).find((line) => line.includes("- cases/")),
                    producer,
                ).to.include(why);
            }
            expect(open.length, open.join("\n")).to.equal(notUnderstood.length);
            for (const part of notUnderstood) expect(open.join("\n")).to.include(part);
            const visible = json.needs.filter(({ via }: { via: { kind: string } | null }) => via?.kind === "visible");
            const spared = new Set([...json.notNeeded, ...visible].map(({ producer }) => producer));
            expect([...spared].sort(), stdout).to.deep.equal(Object.keys(notNeeded).sort());
            for (const [producer, why] of Object.entries(notNeeded)) {
                const line = stdout
                    .split("\n")
                    .find((each) => each.includes(`not needed: cases/${name} to ${producer} `));
                expect(line, producer).to.include(why);
            }
            const expected = rest.check ?? (Object.keys(granted).length > 0 ? "missing" : "ok");
            expect(check.code, check.stdout).to.equal(expected === "ok" ? 0 : 1);
            const states = json.needs.map(({ state }: { state: string }) => state);
            if (expected !== "ok") expect(states, check.stdout).to.include(expected);
        });
    }
});
