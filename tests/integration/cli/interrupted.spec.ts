import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { addRunner, type Sandbox, startSandbox } from "../../../sandbox";

const root = path.resolve(__dirname, "../../..");

describe("a command that is interrupted while it changes something", () => {
    let sandbox: Sandbox;

    before(async function () {
        this.timeout(60_000);
        execFileSync(process.execPath, ["dev/scripts/build.mjs"], { cwd: root });
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                tokens: [{ name: "olga", user: "olga", scopes: ["api"] }],
            },
        });
        const groupId = sandbox.db.groups.first("path", "apps")!.id;
        for (const description of ["first", "second", "third"])
            addRunner(sandbox.db, { runnerType: "group_type", groupId, description });
    });
    after(() => sandbox.close());

    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        it(`ends what it is at and says what it has done, and what not, after ${signal}`, async () => {
            const ids = sandbox.db.runners.all().map(({ id }) => id);
            sandbox.faults.plan({ method: "DELETE", times: 1, fault: { kind: "hold-answer", ms: 3000 } });
            const argv = ["prune", "--group", "apps", "--status", "never_contacted", "--quiet-period", "0s", "--yes"];
            const child = spawn(process.execPath, [path.join(root, "bin/gitlab-fleet.js"), ...argv], {
                env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga },
            });
            const printed = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
            while (sandbox.db.runners.all().length === ids.length) await new Promise((go) => setTimeout(go, 20));
            child.kill(signal);
            const [out, err, [code]] = await printed;
            const [first, ...others] = ids;
            expect(sandbox.db.runners.all().map(({ id }) => id)).to.deep.equal(others);
            expect(out).to.match(
                new RegExp(`^Deleted 1 runner\n  foreign #${first} .*\nNot changed: ${others.length} runner`),
            );
            for (const id of others) expect(out).to.include(`#${id} `);
            expect(err).to.include("What was not reached is as it was.").and.to.include("were not changed");
            expect(code).to.equal(2);
        });
    }
});
