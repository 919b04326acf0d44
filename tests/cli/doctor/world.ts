import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { addManager, addRunner, type Runner, type Sandbox, startSandbox } from "../../../sandbox";
import { runCli } from "../helpers";

export const ME = "s_0123456789ab";

interface Worker {
    name?: string;
    url?: string;
    token: string;
    id?: number;
    expires?: number;
    more?: string;
}

/** A GitLab, and a host with a config.toml of workers. */
export function hostWithWorkers() {
    let sandbox: Sandbox;
    let folder: string;
    let group: number;

    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "doctor-"));
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }, { username: "hans" }],
                groups: [{ path: "apps", members: { olga: "owner" } }, { path: "ops" }],
                projects: [{ path: "apps/etl" }],
                tokens: [
                    { name: "olga", user: "olga", scopes: ["read_api"] },
                    { name: "hans", user: "hans", scopes: ["read_api"] },
                ],
            },
        });
        group = sandbox.db.groups.all()[0]!.id;
    });
    beforeEach(() => sandbox.reset());
    after(async () => {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    });

    const add = (more: Partial<Runner> = {}) =>
        addRunner(sandbox.db, { runnerType: "group_type", groupId: group, description: "ci", ...more });
    const alive = (runner: Runner, systemId = ME, ago = 1000) =>
        addManager(sandbox.db, {
            runnerId: runner.id,
            systemId,
            contactedAt: sandbox.clock.now() - ago,
            creationState: "finished",
        });
    const write = (workers: Worker[]) => {
        const file = path.join(folder, "config.toml");
        const tables = workers.map(({ name = "w", url = sandbox.url, token, id, expires, more = "" }) =>
            [
                "[[runners]]",
                `  name = "${name}"`,
                `  url = "${url}"`,
                `  token = "${token}"`,
                ...(id === undefined ? [] : [`  id = ${id}`]),
                ...(expires === undefined ? [] : [`  token_expires_at = ${new Date(expires).toISOString()}`]),
                '  executor = "shell"',
                more,
            ].join("\n"),
        );
        fs.rmSync(file, { force: true });
        fs.writeFileSync(file, `concurrent = 1\n\n${tables.join("\n")}\n`);
        fs.writeFileSync(path.join(folder, ".runner_system_id"), ME);
        return file;
    };
    const env = (token?: "olga" | "hans") =>
        token === undefined ? {} : { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens[token] };
    const doctor = async (workers: Worker[], token?: "olga" | "hans", argv: string[] = []) => {
        const ran = await runCli(["doctor", "--config", write(workers), "--json", ...argv], { env: env(token) });
        const found: { getsJobs: boolean; findings: { code: string; says: string; advice: string }[] }[] = JSON.parse(
            ran.out,
        ).workers;
        for (const { token: secret } of workers) if (secret !== "") expect(ran.out + ran.err).to.not.contain(secret);
        return { ...ran, found, codes: found.map(({ findings }) => findings.map(({ code }) => code).join(" ")) };
    };
    return {
        add,
        alive,
        write,
        env,
        doctor,
        get sandbox() {
            return sandbox;
        },
        get folder() {
            return folder;
        },
        get group() {
            return group;
        },
    };
}
